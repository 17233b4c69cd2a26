/**
 * The filter to begin with, as somebody would type it: what --where says, and one of the prefixes.
 * @throws Fault for a filter that is none
 */
export async function filterOf(where: string | undefined, prefixes: readonly string[]): Promise<string> {
  const globs = prefixes.map((glob) => `prefix ~ ${quoted(glob)}`).join(" or ");
  const parts = [where, globs].filter((part) => part !== undefined && part !== "");
  const filter = parts.length < 2 ? parts.join("") : `(${where}) and (${globs})`;
  if (filter === "") return "";
  const { parseWhere } = await import("../core/event/where.ts");
  if (where !== undefined) parseWhere(where);
  parseWhere(filter);
  return filter;
}

function quoted(glob: string): string {
  return `"${glob.replaceAll(/["\\]/g, "\\$&")}"`;
}
