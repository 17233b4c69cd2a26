import { GROUP_MAX } from "../model/default-log.ts";
import { isRate } from "../model/limit.ts";
import { faultOfPrefix, LOG_LEVELS, QUEUE_THRESHOLD_MAX, SNAPLEN_MAX } from "../model/log-statement.ts";
import { isObject } from "../nft/json.ts";
import { faultOfValue, hasConflict, type MatchValue } from "./match.ts";
import { RULE_NAME, TABLE_HOOKS } from "./names.ts";
import { type Members, type Read, read, where, wholeNumber, word } from "./plain.ts";
import type { RuleDocument } from "./rule-schema.ts";
import { FIELDS, type Field } from "./vocabulary.ts";

/**
 * What the schema makes of a rule that says nothing but what most rules do; undefined for all others, and for what is wrong:
 * the schema has to look at them, which takes ten times as long.
 */
export function readPlainRule(item: unknown): RuleDocument | undefined {
  const rule = isObject(item) ? read({ log: {}, counter: true, ...item }, RULE) : undefined;
  return rule?.["name"] === undefined || rule["hook"] === undefined ? undefined : (rule as unknown as RuleDocument);
}

function matchOf(field: Field): Read {
  return where((value) => isMatchValue(value) && faultOfValue(field, value) === undefined);
}

function isMatchValue(value: unknown): value is MatchValue {
  return Array.isArray(value) ? value.every(isItem) : isItem(value);
}

function isItem(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

const GROUPS = new Set(FIELDS.flatMap(({ path }) => (path.includes(".") ? [path.split(".")[0] as string] : [])));
const MATCH: Members = [
  ...FIELDS.filter(({ path }) => !path.includes(".")).map((field) => [field.path, matchOf(field)] as const),
  ...[...GROUPS].map((group) => [group, readGroup(group)] as const),
];

function readGroup(group: string): Read {
  const fields = FIELDS.filter(({ path }) => path.startsWith(`${group}.`));
  const members = fields.map((field) => [field.path.slice(group.length + 1), matchOf(field)] as const);
  return (value) => read(value, members);
}

const PREFIX = where((value) => typeof value === "string" && faultOfPrefix(value) === undefined);
const KERNEL_LOG: Members = [
  ["prefix", PREFIX],
  ["level", word(LOG_LEVELS)],
];
const GROUP_LOG: Members = [
  ["prefix", PREFIX],
  ["group", wholeNumber(0, GROUP_MAX)],
  ["snaplen", wholeNumber(0, SNAPLEN_MAX)],
  ["queue-threshold", wholeNumber(1, QUEUE_THRESHOLD_MAX)],
];

const RULE: Members = [
  ["name", where((value) => typeof value === "string" && RULE_NAME.test(value))],
  ["hook", word(TABLE_HOOKS)],
  ["family", word(["ip", "ip6"])],
  ["match", (value) => withoutConflict(read(value, MATCH))],
  ["log", (value) => read(value, isObject(value) && value["group"] !== undefined ? GROUP_LOG : KERNEL_LOG)],
  ["limit", where((value) => typeof value === "string" && isRate(value))],
  ["counter", where((value) => typeof value === "boolean")],
];

function withoutConflict(match: Record<string, unknown> | undefined): unknown {
  return match === undefined || hasConflict(match) ? undefined : match;
}
