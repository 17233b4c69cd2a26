import { isObject, type Json, type JsonObject, soleEntry } from "../json.ts";

/** The sets and maps that rules of these objects add to, as `family table name`. */
export function growingSets(objects: readonly JsonObject[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { rule } of objects) {
    if (!isObject(rule) || !Array.isArray(rule["expr"])) continue;
    for (const target of rule["expr"].flatMap(targetOf)) found.add(keyOf(rule, target.slice("@".length)));
  }
  return found;
}

/**
 * The set with the flag that it must have in the kernel when rules add to it: nft before 1.0.9 does not list `dynamic`,
 * and a set loaded without it takes no elements from rules, unless a timeout made the kernel choose another kind.
 */
export function grown(object: JsonObject, growing: ReadonlySet<string>): JsonObject {
  const [kind = "", body] = soleEntry(object) ?? [];
  if ((kind !== "set" && kind !== "map") || !isObject(body) || !growing.has(keyOf(body, body["name"]))) return object;
  const flags = [body["flags"] ?? []].flat();
  return flags.some((flag) => flag === "dynamic" || flag === "timeout")
    ? object
    : { [kind]: { ...body, flags: [...flags, "dynamic"] } };
}

function keyOf({ family, table }: JsonObject, name: Json | undefined): string {
  const words = [family, table, name];
  return words.every((word) => typeof word === "string") ? words.join(" ") : "";
}

function targetOf(statement: Json): string[] {
  if (typeof statement === "string") return statement.split(" ", 2).slice(1);
  const [kind = "", body] = soleEntry(statement) ?? [];
  const target = (kind === "set" || kind === "map") && isObject(body) ? body[kind] : undefined;
  return typeof target === "string" ? [target] : [];
}
