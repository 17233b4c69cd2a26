/** The object; undefined where none of its fields is there. */
export function filled<T extends Record<string, unknown>>(fields: T): T | undefined {
  for (const key in fields) if (fields[key] !== undefined) return fields;
  return undefined;
}

/** The fields under some keys. */
export function pick(fields: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const key of keys) if (fields[key] !== undefined) picked[key] = fields[key];
  return picked;
}
