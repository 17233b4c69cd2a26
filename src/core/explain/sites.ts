import { limitKindOf } from "../lint/limit-view.ts";
import { destinationOf, whyUnreached } from "../lint/log-checks.ts";
import { type Step, stepsOf } from "../lint/reach.ts";
import { type LogView, logsOf, nameOf, type Statement } from "../lint/rule-view.ts";
import { amountsOf, limitText } from "../live/rows.ts";
import type { Family } from "../model/family.ts";
import { NFNETLINK_LOG } from "../model/logger.ts";
import { bindingOf, type Machine } from "../model/machine.ts";
import { isObject } from "../nft/json.ts";
import type { Ruleset, Table } from "../nft/ruleset.ts";
import { statementText } from "../nft/text/statement.ts";
import { shellWord } from "../shell-word.ts";
import { type Copying, copyingOf, fieldsOf, KERNEL_FIELDS } from "./copying.ts";
import { type Effective, effectiveOf, ofGroup, ofKernelLog, type Surroundings } from "./effective.ts";
import { hooksOf } from "./hooks.ts";

/** Something that logs packets, and where its lines really end up. */
export interface LogSite extends Copying {
  /** The name of the network namespace; null where it was not asked for by name. */
  readonly netns: string | null;
  readonly kind: "rule" | "conntrack-invalid" | "conntrack-helper" | "trace";
  readonly family: string;
  /** `FAMILY TABLE CHAIN rule N`, N from 1; what the kernel logs by itself has no place. */
  readonly place: string | null;
  readonly handle: number | null;
  /** The rule of the intent, where it is one of ours. */
  readonly name: string | null;
  /** `FILE:LINE` of that rule in the intent that was applied, as the file is now; null where that cannot be told. */
  readonly file: string | null;
  /** The hooks from which packets get there. */
  readonly hooks: readonly string[];
  /** What a packet has to be, in nft's words; "" is all of them. */
  readonly condition: string;
  readonly prefix: string | null;
  /** Where it is meant to go: `kernel`, `group 5`, `audit`; null where nft does not tell. */
  readonly meant: string | null;
  readonly to: Effective["to"] | "audit";
  readonly why: string;
  /** What to do where its lines go nowhere; null where they go somewhere, or nobody knows. */
  readonly remedy: string | null;
  readonly limit: string | null;
  /** What the rule counted; null where it does not count. */
  readonly packets: number | null;
}

/** Every log statement of the ruleset, whoever made it, in its order; then what the kernel logs by itself. */
export function sitesOf({ tables }: Ruleset, machine: Machine, surroundings: NamedSurroundings): LogSite[] {
  const rules = [...tables.values()].flatMap((table) => sitesOfTable(table, surroundings));
  return [...rules, ...kernelSites(machine, surroundings)];
}

/** The network namespace, by name where it has one, and what the way of a line depends on there. */
export interface NamedSurroundings extends Surroundings {
  readonly netns: string | null;
  /** `FILE:LINE` by the name of a rule of ours. */
  readonly files?: ReadonlyMap<string, string>;
}

/** A chain as its rules are seen: what is the same for all of them is made once. */
interface ChainView {
  readonly table: Table;
  readonly place: string;
  /** undefined where no packet gets to it. */
  readonly hooks: readonly string[] | undefined;
  readonly isAsleep: boolean;
  readonly surroundings: NamedSurroundings;
}

function sitesOfTable(table: Table, surroundings: NamedSurroundings): LogSite[] {
  const steps = new Map([...table.chains].map(([name, chain]) => [name, stepsOf(chain, table)]));
  const hooks = hooksOf(table, steps);
  const isAsleep = isDormant(table);
  return [...steps].flatMap(([name, rules]) => {
    const reached = hooks.get(name);
    const place = `${table.family} ${table.name} ${name}`;
    const chain = { table, place, hooks: reached === undefined ? undefined : [...reached], isAsleep, surroundings };
    return rules.flatMap((step, index) => viewsOf(step.statements).map((log) => siteOfRule(step, index, log, chain)));
  });
}

/** What nft tells of a target of iptables: not to which group it sends. */
interface XtView {
  readonly index: number;
  readonly to: "kernel" | "unknown";
}

function viewsOf(statements: readonly Statement[]): (LogView | XtView)[] {
  if (!statements.some(({ kind }) => kind === "xt")) return logsOf(statements);
  const targets = statements.flatMap(({ kind, value }, index): XtView[] => {
    const target = kind === "xt" && isObject(value) && value["type"] === "target" ? value["name"] : undefined;
    if (target === "LOG") return [{ index, to: "kernel" }];
    return target === "NFLOG" ? [{ index, to: "unknown" }] : [];
  });
  return [...logsOf(statements), ...targets];
}

/** Ten thousand of these are made: each in one piece. */
function siteOfRule(step: Step, index: number, log: LogView | XtView, chain: ChainView): LogSite {
  const { rule, statements } = step;
  const { table, place, hooks, surroundings } = chain;
  const name = nameOf(rule) ?? null;
  const before = statements.slice(0, log.index);
  const { to, why, remedy } = endOf(log, step, chain);
  const fields = "fields" in log ? fieldsOf(log) : undefined;
  const { snaplenBytes, queueThreshold, copiedBytes, flushTimeoutMs } = copyingOf(to, fields, surroundings.groups);
  return {
    netns: surroundings.netns,
    kind: "rule",
    family: table.family,
    place: `${place} rule ${index + 1}`,
    handle: typeof rule["handle"] === "number" ? rule["handle"] : null,
    name,
    file: name === null ? null : (surroundings.files?.get(name) ?? null),
    hooks: hooks ?? [],
    condition: conditionText(before, table),
    prefix: "fields" in log ? (log.prefix ?? null) : null,
    meant: meantOf(log),
    to,
    why,
    remedy,
    limit: limitText(before, table),
    packets: amountsOf(statements).packets,
    snaplenBytes,
    queueThreshold,
    copiedBytes,
    flushTimeoutMs,
  };
}

function conditionText(before: readonly Statement[], table: Table): string {
  const conditions = before.filter((one) => isCondition(one, table));
  return conditions.map(({ kind, value }) => statementText({ [kind]: value })).join(" ");
}

function isCondition(statement: Statement, table: Table): boolean {
  return !["counter", "log", "last"].includes(statement.kind) && limitKindOf(statement, table) === undefined;
}

function meantOf(log: LogView | XtView): string | null {
  if ("fields" in log) return destinationOf(log);
  return log.to === "kernel" ? "kernel" : null;
}

function isDormant({ head }: Table): boolean {
  const flags = head?.["flags"];
  return Array.isArray(flags) && flags.includes("dormant");
}

function asleep({ family, name }: Table): Pick<LogSite, "to" | "why" | "remedy"> {
  const why = "the table is dormant: its rules see no packets";
  return { to: "nowhere", why, remedy: `nft add table ${family} ${name} wakes it, its verdicts, too` };
}

function endOf(
  log: LogView | XtView,
  { statements, isDead }: Step,
  { table, hooks, isAsleep, surroundings }: ChainView,
): Pick<LogSite, "to" | "why" | "remedy"> {
  if (isAsleep) return asleep(table);
  if (hooks === undefined) {
    const why = "no packet gets to its chain: it has no hook, and none with one jumps to it";
    return { to: "nowhere", why, remedy: "jump to the chain, or give it a hook" };
  }
  const why = whyUnreached(statements, log, isDead);
  if (why !== undefined) return { to: "nowhere", why, remedy: "put the log before what ends the packet's way" };
  const way = wayOf(log, surroundings);
  return { ...way, remedy: way.to === "nowhere" ? remedyOf(log, surroundings) : null };
}

/** A group without a reader, and a kernel log that is closed to this namespace. */
function remedyOf({ to, ...log }: LogView | XtView, { netns }: NamedSurroundings): string {
  if (to !== "group" || !("fields" in log)) {
    return "netlogctl netns allow, in the initial namespace, lets all write to the kernel log; or log to a group";
  }
  const group = Number(log.fields["group"]);
  const there = netns === null ? "" : ` --netns ${shellWord(netns)}`;
  return `start what is to read group ${group}; for a look: netlogctl packets stream -g ${group}${there}`;
}

/** A log rule names its logger by itself, whatever its family is bound to. */
function wayOf(log: LogView | XtView, surroundings: Surroundings): Pick<LogSite, "to" | "why"> {
  switch (log.to) {
    case "kernel":
      return ofKernelLog(surroundings);
    case "audit":
      return { to: "audit", why: "the audit system, without prefix" };
    case "group":
      return ofGroup(Number(log.fields["group"]), surroundings);
    case "unknown":
      return { to: "unknown", why: "nft does not tell the group of a NFLOG target: iptables-save does" };
  }
}

/** Families of which conntrack and TRACE see packets. */
const KERNEL_FAMILIES: readonly Family[] = ["ip", "ip6"];

const BY_ITSELF = {
  "conntrack-invalid": "packets that conntrack finds invalid",
  "conntrack-helper": "packets that a conntrack helper drops",
  trace: "packets that iptables' TRACE follows",
} as const;

function kernelSites(machine: Machine, surroundings: NamedSurroundings): LogSite[] {
  const options = surroundings.netns === null ? "" : ` --netns ${shellWord(surroundings.netns)}`;
  return KERNEL_FAMILIES.flatMap((family) => {
    const binding = bindingOf(machine, family);
    if (binding === undefined) return [];
    const end = effectiveOf(binding, surroundings);
    return kernelKinds(machine).map((kind) => ({
      netns: surroundings.netns,
      kind,
      family,
      place: null,
      handle: null,
      name: null,
      file: null,
      hooks: [],
      condition: BY_ITSELF[kind],
      prefix: kind === "conntrack-invalid" ? "nf_ct_proto_" : null,
      meant: binding.logger,
      ...end,
      ...copyingOf(end.to, binding.logger === NFNETLINK_LOG ? KERNEL_FIELDS : undefined, surroundings.groups),
      remedy:
        end.to === "nowhere"
          ? `netlogctl default log ${family} kernel${options}; or user group 0 instead, and a reader of it`
          : null,
      limit: null,
      packets: null,
    }));
  });
}

/** nf_conntrack_log_invalid is 0 until somebody asks for it, and not there without conntrack. */
function kernelKinds({ flows }: Machine): (keyof typeof BY_ITSELF)[] {
  const isOn = (flows.log_invalid ?? 0) !== 0;
  return [...(isOn ? ["conntrack-invalid" as const] : []), "conntrack-helper", "trace"];
}
