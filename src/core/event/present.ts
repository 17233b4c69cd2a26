/** The fields without those that are undefined, in the same order. */
export function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept as T;
}

/** The same; undefined if nothing is left. */
export function presentAny<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T | undefined {
  const kept = present<T>(fields);
  return Object.keys(kept).length === 0 ? undefined : kept;
}
