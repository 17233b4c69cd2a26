import type { Complaint, LogView, RuleView, Statement } from "./rule-view.ts";

/** NFULNL_QTHRESH_DEFAULT (net/netfilter/nfnetlink_log.c). */
const QUEUE_THRESHOLD_DEFAULT = 100;

/** After these nothing more of the rule is carried out. */
const ENDINGS = new Set("accept drop return jump goto reject queue snat dnat masquerade redirect".split(" "));

/** Whether the fields of the log statements go together, and whether they are reached at all. */
export function logComplaints(view: RuleView): Complaint[] {
  return [...twoLogs(view.logs), ...unreached(view), ...view.logs.flatMap(fieldComplaints)];
}

/** Two are meant where each has its prefix and another destination. */
function twoLogs(logs: readonly LogView[]): Complaint[] {
  if (logs.length < 2) return [];
  const isMeant =
    logs.every(({ prefix }) => prefix !== undefined) && new Set(logs.map(destinationOf)).size === logs.length;
  return isMeant
    ? []
    : [{ code: "two-logs", message: `${logs.length} log statements in one rule: each logs by itself` }];
}

/** Where the lines of a log statement go: `kernel`, `audit` or `group 5`. */
export function destinationOf({ to, fields }: LogView): string {
  return to === "group" ? `group ${JSON.stringify(fields["group"])}` : to;
}

function unreached({ statements, logs, isDead }: RuleView): Complaint[] {
  const last = logs.at(-1);
  const message = last === undefined ? undefined : whyUnreached(statements, last, isDead);
  return message === undefined ? [] : [{ code: "log-after-verdict", message }];
}

/** Why no packet gets to a log statement of a rule; undefined where one may. */
export function whyUnreached(
  statements: readonly Statement[],
  { index }: Pick<LogView, "index">,
  isDead: boolean,
): string | undefined {
  const ending = statements.slice(0, index).find(({ kind }) => ENDINGS.has(kind));
  if (ending !== undefined) return `the log stands behind ${ending.kind}: it is never reached`;
  return isDead ? "an earlier rule of the chain ends every packet: the log is never reached" : undefined;
}

interface FieldCheck {
  readonly code: Complaint["code"];
  readonly isWrong: (log: LogView) => boolean;
  readonly message: (log: LogView) => string;
}

const has = ({ fields }: LogView, ...keys: string[]): string[] => keys.filter((key) => fields[key] !== undefined);
const numberOf = ({ fields }: LogView, key: string): number | undefined => {
  const value = fields[key];
  return typeof value === "number" ? value : undefined;
};

const FIELD_CHECKS: readonly FieldCheck[] = [
  {
    code: "snaplen-without-group",
    isWrong: (log) => log.to === "kernel" && has(log, "snaplen", "queue-threshold").length > 0,
    message: (log) => `${has(log, "snaplen", "queue-threshold").join(" and ")} without a group: dropped silently`,
  },
  {
    code: "group-with-level",
    isWrong: (log) => log.to === "group" && has(log, "level", "flags").length > 0,
    message: (log) => `${has(log, "level", "flags").join(" and ")} and group exclude each other`,
  },
  {
    code: "audit-prefix",
    isWrong: (log) => log.to === "audit" && Object.keys(log.fields).length > 1,
    message: (log) =>
      `level audit carries no ${Object.keys(log.fields)
        .filter((key) => key !== "level")
        .join(" and no ")}`,
  },
  {
    code: "snaplen-zero",
    isWrong: (log) => log.to === "group" && numberOf(log, "snaplen") === 0,
    message: () => "snaplen 0 copies nothing of the packet",
  },
  {
    code: "queue-threshold-high",
    isWrong: (log) => log.to === "group" && (numberOf(log, "queue-threshold") ?? 0) > QUEUE_THRESHOLD_DEFAULT,
    message: (log) =>
      `queue-threshold ${numberOf(log, "queue-threshold")} changes nothing, unless the listener asks for still more`,
  },
];

function fieldComplaints(log: LogView): Complaint[] {
  return FIELD_CHECKS.filter(({ isWrong }) => isWrong(log)).map(({ code, message }) => ({
    code,
    message: message(log),
  }));
}
