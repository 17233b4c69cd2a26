import { parseYaml } from "../intent/positions.ts";
import type { RevisionRules } from "../model/revision.ts";
import { isObject } from "../nft/json.ts";

type OfIntent = Extract<RevisionRules, { form: "intent" }>;

/**
 * Where the rules that were applied stand in their file as it is now, as `file:line`, by the rule's name; those of a template
 * where it is used. A rule that the file does not name any more, or not only once, is left out.
 */
export function placesOfRules({ rules }: OfIntent, text: string, file: string): Map<string, string> {
  const located = parseYaml(text, file);
  const value = located.value as { rules?: unknown } | null | undefined;
  const items = Array.isArray(value?.rules) ? (value.rules as unknown[]) : [];
  const lines = new Map<string, string | undefined>();
  for (const [index, item] of items.entries()) {
    if (!isObject(item)) continue;
    const key = keyOf(typeof item["use"] === "string" ? item : undefined, item["name"]);
    const place = located.where(["rules", index]).replace(/:[0-9]+$/, "");
    lines.set(key, lines.has(key) ? undefined : place);
  }
  const places = rules.map(({ document, use }) => [String(document["name"]), lines.get(keyOf(use, document["name"]))]);
  return new Map(places.filter((place): place is [string, string] => place[1] !== undefined));
}

/** A recorded revision may hold anything as its `use`. */
function keyOf(use: unknown, name: unknown): string {
  return JSON.stringify(isObject(use) ? [use["use"], use["as"] ?? null] : [name]);
}
