import { canonical } from "../diff/canonical.ts";
import type { Json, JsonObject } from "../nft/json.ts";
import type { Command } from "./edit-chain.ts";

/** What takes a set's elements from one list to another, each of both once. */
export function editElements(
  kind: string,
  { family = null, table = null, name = null }: JsonObject,
  [before, after]: readonly [Json, Json],
  edit: { readonly removals: Command[]; readonly makings: Command[] },
): void {
  const [old, wanted] = [byMeaning(before), byMeaning(after)];
  const gone = [...old].flatMap(([key, element]) => (wanted.has(key) ? [] : [element]));
  const come = [...wanted].flatMap(([key, element]) => (old.has(key) ? [] : [element]));
  const command = (elem: readonly Json[]): JsonObject => ({ element: { family, table, name, elem } });
  // A map's element is deleted by its key alone.
  const keys = kind === "map" ? gone.map((one) => (Array.isArray(one) ? (one[0] as Json) : one)) : gone;
  if (gone.length > 0) edit.removals.unshift({ delete: command(keys) });
  if (come.length > 0) edit.makings.push({ add: command(come) });
}

function byMeaning(elements: Json): Map<string, Json> {
  const list = Array.isArray(elements) ? (elements as readonly Json[]) : [];
  return new Map(list.map((element) => [canonical(element), element]));
}
