/** The object without what is undefined, in the same order; undefined if nothing is left. */
export function present<T extends object>(values: { readonly [Key in keyof T]: T[Key] | undefined }): T | undefined {
  const there = Object.entries(values).filter(([, value]) => value !== undefined);
  return there.length === 0 ? undefined : (Object.fromEntries(there) as T);
}
