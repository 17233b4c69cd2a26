import { GROUP_MAX } from "../model/default-log.ts";
import { bytesOf, LOG_LEVELS, PREFIX_BYTES_MAX, PREFIX_SAYABLE } from "../model/log-statement.ts";
import { isObject } from "../nft/json.ts";
import { faultOfValue, type MatchValue } from "./match.ts";
import { hasConflict } from "./match-schema.ts";
import { RULE_NAME } from "./names.ts";
import { isRate, QUEUE_THRESHOLD_MAX, type RuleDocument, SNAPLEN_MAX, TABLE_HOOKS } from "./rule-schema.ts";
import { FIELDS, type Field } from "./vocabulary.ts";

/** What the schema makes of a value; undefined where it has to be asked. */
type Read = (value: unknown) => unknown;

/** The members of an object in the order in which the schema gives them back. */
type Members = readonly (readonly [string, Read])[];

/**
 * What the schema makes of a rule that says nothing but what most rules do; undefined for all others, and for what is wrong:
 * the schema has to look at them, which takes ten times as long.
 */
export function readPlainRule(item: unknown): RuleDocument | undefined {
  const rule = isObject(item) ? read({ log: {}, counter: true, ...item }, RULE) : undefined;
  return rule?.["name"] === undefined || rule["hook"] === undefined ? undefined : (rule as unknown as RuleDocument);
}

function read(value: unknown, members: Members): Record<string, unknown> | undefined {
  if (!isObject(value)) return undefined;
  const found: Record<string, unknown> = {};
  let left = Object.keys(value).length;
  for (const [key, readMember] of members) {
    const given = value[key];
    if (given === undefined) continue;
    const member = readMember(given);
    if (member === undefined) return undefined;
    found[key] = member;
    left -= 1;
  }
  return left === 0 ? found : undefined;
}

/** A value that stands for itself where it is one of these. */
function where(is: (value: unknown) => boolean): Read {
  return (value) => (is(value) ? value : undefined);
}

function word(words: readonly unknown[]): Read {
  return where((value) => words.includes(value));
}

function wholeNumber(min: number, max: number): Read {
  return where((value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max);
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

const PREFIX = where(
  (value) => typeof value === "string" && PREFIX_SAYABLE.test(value) && bytesOf(value) <= PREFIX_BYTES_MAX,
);
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
