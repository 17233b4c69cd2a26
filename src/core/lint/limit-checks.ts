import { type LimitKind, limitKindOf } from "./limit-view.ts";
import type { Complaint, RuleView, Statement } from "./rule-view.ts";

/** Verdicts of which less than was meant is dangerous. */
const STOPPING = new Set(["drop", "reject", "queue", "jump", "goto"]);

/** Whether the limits of a rule limit its log, and nothing else. */
export function limitComplaints(view: RuleView): Complaint[] {
  const [log] = view.logs;
  if (log === undefined) return [];

  const before = limitsOf(view, view.statements.slice(0, log.index));
  const behind = limitsOf(view, view.statements.slice(log.index + 1));
  if (before.includes("under")) return swallowedVerdict(view, log.index);
  if (behind.length > 0)
    return [{ code: "limit-after-log", message: "the limit stands behind the log: it does not limit it" }];
  return unlimited(view, before);
}

function limitsOf({ table }: RuleView, statements: readonly Statement[]): LimitKind[] {
  return statements.flatMap((statement) => limitKindOf(statement, table) ?? []);
}

function unlimited({ floodHook }: RuleView, before: readonly LimitKind[]): Complaint[] {
  if (floodHook === undefined) return [];
  if (before.length === 0)
    return [{ code: "no-limit", message: `no limit before the log, in a chain reached from hook ${floodHook}` }];
  const message = `only what is over the rate is logged, and all of that, in a chain reached from hook ${floodHook}`;
  return [{ code: "limit-over", message }];
}

function swallowedVerdict(view: RuleView, at: number): Complaint[] {
  const verdict = view.statements.slice(at + 1).find(({ kind }) => STOPPING.has(kind));
  if (verdict === undefined || isCaughtBehind(view, verdict)) return [];
  const message = `limit, log and ${verdict.kind} in one rule: what is over the limit is not ${past(verdict.kind)}`;
  return [{ code: "limit-log-verdict", message }];
}

function past(kind: string): string {
  const known: Readonly<Record<string, string>> = { drop: "dropped", reject: "rejected", queue: "queued" };
  return known[kind] ?? `sent on by ${kind}`;
}

/** Whether what is over the limit meets the same verdict right behind: in the next rule, or by the chain's policy. */
function isCaughtBehind(view: RuleView, verdict: Statement): boolean {
  if (view.next === undefined) return view.policy === "drop" && verdict.kind === "drop";

  const next = tests(view, view.next);
  const same = tests(view, view.statements);
  return next === JSON.stringify([verdict]) || next === same;
}

/** What the rule tests and does apart from limiting, counting and logging. */
function tests(view: RuleView, statements: readonly Statement[]): string {
  const isTest = (one: Statement): boolean =>
    one.kind !== "log" && one.kind !== "counter" && limitKindOf(one, view.table) === undefined;
  return JSON.stringify(statements.filter(isTest));
}
