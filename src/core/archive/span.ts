/** From when to when, of times that are texts of one form. */
export interface Span {
  readonly first?: string;
  readonly last?: string;
}

interface Loose {
  readonly first?: string | undefined;
  readonly last?: string | undefined;
}

/** The span of two. */
export function joined(one: Loose, other: Loose): Span {
  const first = [one.first, other.first].filter((ts) => ts !== undefined).toSorted()[0];
  const last = [one.last, other.last]
    .filter((ts) => ts !== undefined)
    .toSorted()
    .at(-1);
  return { ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }) };
}

/** How many there are by name, of two. */
export function summed(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Record<string, number> {
  const counts = new Map(Object.entries(one));
  for (const [name, count] of Object.entries(other)) counts.set(name, (counts.get(name) ?? 0) + count);
  return Object.fromEntries(counts);
}
