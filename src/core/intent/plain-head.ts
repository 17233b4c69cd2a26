import { isDestinationText } from "../model/default-log.ts";
import { FAMILIES } from "../model/family.ts";
import { isObject } from "../nft/json.ts";
import { isTableName } from "./names.ts";
import { type Members, read, where, word } from "./plain.ts";
import type { IntentHead } from "./schema.ts";

/**
 * What the schema makes of an intent that says no more than most do beside its rules; undefined for all others, and for what
 * is wrong: the schema has to look at them, and to be loaded.
 */
export function readPlainHead(value: unknown): IntentHead | undefined {
  const head = isObject(value) ? read({ table: "netlogctl", sets: {}, ...value }, HEAD) : undefined;
  return head?.["version"] === undefined || head["rules"] === undefined ? undefined : (head as unknown as IntentHead);
}

const DEFAULT_LOG: Members = [...FAMILIES, "inet"].map((family) => [
  family,
  where((value) => typeof value === "string" && isDestinationText(value)),
]);

const HEAD: Members = [
  ["version", word([1])],
  ["default-log", (value) => read(value, DEFAULT_LOG)],
  ["all-netns", word([true, false])],
  ["table", where((value) => typeof value === "string" && isTableName(value))],
  ["sets", (value) => read(value, [])],
  ["rules", where(Array.isArray)],
];
