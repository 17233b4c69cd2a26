import { limitKindOf } from "../lint/limit-view.ts";
import { type LogView, logsOf, type Statement } from "../lint/rule-view.ts";
import { bytesOf, PREFIX_BYTES_MAX } from "../model/log-statement.ts";
import { UNSEEN } from "../model/unseen.ts";
import { isObject, type Json, type JsonObject } from "../nft/json.ts";
import type { PlacedRule } from "./placed.ts";

/** A rule as it ought to be, and one that is put before it, where one is not enough. */
export interface Mended {
  readonly before?: readonly Statement[];
  readonly itself: readonly Statement[];
}

/** How the advice of these codes looks in the rule; undefined where only its author can tell, or a copy of it would do more. */
export function mend(codes: readonly string[], rule: PlacedRule): Mended | undefined {
  return codes.reduce<Mended | undefined>((done, code) => {
    // The log stands in the rule that was put before, where there is one.
    const part = done === undefined ? rule : withStatements(rule, done.before ?? done.itself);
    const more = mendOne(code, part);
    if (more === undefined) return done;
    return done?.before === undefined ? more : { before: more.itself, itself: done.itself };
  }, undefined);
}

function mendOne(code: string, rule: PlacedRule): Mended | undefined {
  const [log] = rule.logs;
  // Of several logs nobody says which one is meant.
  const isSure = rule.logs.length === 1 || code === "two-logs";
  return log === undefined || !isSure ? undefined : MENDERS[code]?.(rule, log);
}

/** Whether it is known how the advice looks in the rule. */
export function isMendable(code: string, rule: PlacedRule): boolean {
  return mendOne(code, rule) !== undefined;
}

function withStatements(rule: PlacedRule, statements: readonly Statement[]): PlacedRule {
  return { ...rule, statements, logs: logsOf(statements) };
}

const MENDERS: Readonly<Record<string, (rule: PlacedRule, log: LogView) => Mended | undefined>> = {
  "no-limit": (rule, log) => limited(rule, log, [LIMIT]),
  "limit-over": (rule, log) => limited(rule, log, [LIMIT]),
  "limit-after-log": (rule, log) =>
    limited(
      rule,
      log,
      limitsOf(rule).filter((one) => rule.statements.indexOf(one) > log.index),
    ),
  "limit-log-verdict": apart,
  "log-after-verdict": early,
  "two-logs": joined,
  "prefix-missing": (rule, log) => withPrefix(rule, log, `${rule.chain}-${rule.rule["handle"]}: `),
  "prefix-separator": (rule, log) => withPrefix(rule, log, `${log.prefix} `),
  "prefix-unsayable": (rule, log) =>
    withPrefix(rule, log, (log.prefix ?? "").replace(new RegExp(`["$\\\\${UNSEEN}]`, "gu"), "_")),
  "snaplen-zero": (rule, log) => withoutField(rule, log, "snaplen"),
  "queue-threshold-high": (rule, log) => withoutField(rule, log, "queue-threshold"),
  "console-prints": (rule, log) =>
    log.fields["level"] === "emerg" ? withFields(rule, log, { ...log.fields, level: "warn" }) : undefined,
  "snaplen-unpinned": (rule, log) =>
    withFields(rule, log, { ...log.fields, snaplen: Number(log.fields["snaplen"]) + 1 }),
};

/** What the linter's own remedy names. */
const LIMIT: Statement = { kind: "limit", value: { rate: 5, per: "minute", burst: 5 } };

/** What can stand in two rules and means the same in both. */
const REPEATABLE = new Set(["match", "limit", "counter", "quota"]);

/** The log behind more limits: in its rule where nothing else follows, else in a rule of its own before it. */
function limited(rule: PlacedRule, log: LogView, limits: readonly Statement[]): Mended | undefined {
  const { statements } = rule;
  const at = log.index;
  const others = statements.filter((one, index) => index > at && one.kind !== "counter" && !limits.includes(one));
  const without = statements.filter((one) => !limits.includes(one));
  if (others.length > 0) return split(rule, log, [...statements.slice(0, at), ...limits], statements);
  const own = without.indexOf(statements[at] as Statement);
  const counters = without
    .slice(0, own)
    .toReversed()
    .findIndex(({ kind }) => kind !== "counter");
  return { itself: without.toSpliced(counters === -1 ? 0 : own - counters, 0, ...limits) };
}

/** The limit and the log before, the verdict by itself behind; not where that would be a verdict on every packet. */
function apart(rule: PlacedRule, log: LogView): Mended | undefined {
  const rest = unlimited(rule);
  if (!hasTest(rest)) return undefined;
  return split(rule, log, rule.statements.slice(0, log.index), rest);
}

function unlimited(rule: PlacedRule): Statement[] {
  const limits = limitsOf(rule);
  return rule.statements.filter((one) => !limits.includes(one));
}

const TESTS = new Set(["match", "limit", "quota", "ct count", "xt"]);

function hasTest(statements: readonly Statement[]): boolean {
  return statements.some(({ kind }) => TESTS.has(kind));
}

/** What is to be known of the lines for a code before they are pasted: above all where more than the log changes. */
export function remark(code: string, rule: PlacedRule): string | undefined {
  if (code === "limit-over")
    return "what is over the rate passes the first limit, and the second takes 5 of it a minute";
  if (code !== "limit-log-verdict") return undefined;
  const verdict = rule.statements.find(({ kind }) => VERDICTS.has(kind))?.kind ?? "the verdict";
  return hasTest(unlimited(rule))
    ? `${verdict} holds then for all that matches, not only for what is within the limit`
    : `as nothing else is matched, ${verdict} would hold then for every packet: say in a match first which are meant`;
}

function split(
  rule: PlacedRule,
  log: LogView,
  before: readonly Statement[],
  itself: readonly Statement[],
): Mended | undefined {
  const statement = rule.statements[log.index];
  const matches = before.filter(({ kind }) => kind !== "counter");
  const isOnce = (one: Statement): boolean => itself.includes(one) && takesFromOne(one, rule.table);
  if (statement === undefined || matches.some((one) => !REPEATABLE.has(one.kind) || isOnce(one))) return undefined;
  const counter: Statement = { kind: "counter", value: { packets: 0, bytes: 0 } };
  return { before: [...matches, counter, statement], itself: itself.filter((one) => one !== statement) };
}

/** Whether two rules that have it share its state, a limit with a name or that of a set's element, or each pick packets by chance. */
function takesFromOne(statement: Statement, table: PlacedRule["table"]): boolean {
  const { kind, value } = statement;
  if (kind === "match") return limitKindOf(statement, table) !== undefined;
  return typeof value === "string" || (isObject(value) && value["map"] !== undefined);
}

function limitsOf({ statements, table }: PlacedRule): Statement[] {
  return statements.filter((one) => one.kind === "limit" && limitKindOf(one, table) === "under");
}

const VERDICTS = new Set(["accept", "drop", "return", "jump", "goto", "reject", "queue"]);

/** The log before the verdict of its own rule. */
function early({ statements }: PlacedRule, { index }: LogView): Mended | undefined {
  const verdict = statements.findIndex(({ kind }) => VERDICTS.has(kind));
  const log = statements[index];
  if (verdict === -1 || verdict > index || log === undefined) return undefined;
  return { itself: statements.toSpliced(index, 1).toSpliced(verdict, 0, log) };
}

/** The fields of all in one, where none has two values and a group stands beside no level. */
function joined({ statements, logs }: PlacedRule, { index }: LogView): Mended | undefined {
  const fields = logs.flatMap((log) => Object.entries(log.fields));
  const keys = new Set(fields.map(([key]) => key));
  const isExcluded = keys.has("group") && (keys.has("level") || keys.has("flags"));
  if (keys.size !== fields.length || isExcluded) return undefined;
  const one: Statement = { kind: "log", value: Object.fromEntries(fields) };
  return { itself: statements.flatMap((each, at) => (at === index ? [one] : each.kind === "log" ? [] : [each])) };
}

function withPrefix(rule: PlacedRule, log: LogView, prefix: string): Mended | undefined {
  return bytesOf(prefix) > PREFIX_BYTES_MAX ? undefined : withFields(rule, log, { ...log.fields, prefix });
}

function withoutField(rule: PlacedRule, log: LogView, key: string): Mended {
  const { [key]: _left, ...fields } = log.fields;
  return withFields(rule, log, fields);
}

/** The rule with other fields in its log statement. */
function withFields({ statements }: PlacedRule, { index }: LogView, fields: JsonObject): Mended {
  return { itself: statements.with(index, { kind: "log", value: fields as Json }) };
}
