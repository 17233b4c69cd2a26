import { type LogView, logsOf, statementsOf } from "../lint/rule-view.ts";
import { GROUP_MAX } from "../model/default-log.ts";
import { Fault } from "../model/fault.ts";
import type { TrialInterface } from "../model/trial.ts";
import { isObject, type Json, type JsonObject } from "../nft/json.ts";
import { type Chain, encodeRuleset, type Ruleset, type Table } from "../nft/ruleset.ts";
import { OWN_TABLE, ownItems } from "./own-items.ts";

/** What a line is meant for; the level is null but for the kernel log. */
export interface Destination {
  /** `kernel`, `audit` or `group 5`. */
  readonly to: string;
  readonly level: string | null;
}

/** A log statement of a ruleset that is tried. */
export interface LogPlace extends Destination {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  /** Of the rule in its chain, from 1. */
  readonly position: number;
  readonly rule: JsonObject;
  readonly prefix: string | null;
  /** The group that its lines come by; null where they come by the kernel log. */
  readonly group: number | null;
  /** The name of the counter that is put before it, where it is counted. */
  readonly counter: string;
}

export interface DocumentOptions {
  readonly wiring: readonly TrialInterface[];
  /** Whether the host's own stack may answer. */
  readonly mayAnswer: boolean;
  readonly isTraced: boolean;
  /** Whether a counter stands before each log statement. */
  readonly isCounted: boolean;
}

/** A ruleset of which every line can be read. */
export interface Instrumented {
  readonly logs: readonly LogPlace[];
  /** A group that none of them uses. */
  readonly markGroup: number;
  /** Whether it changes addresses. */
  readonly hasNat: boolean;
  /** What nft is handed. */
  document(options: DocumentOptions): string;
}

/**
 * Has lines for the kernel log and the audit system come by a group instead, which can be read in any namespace and without
 * privileges. What matches, what limits it and the prefix stay what they are, and so do lines for a group.
 * @param keepsKernelLog leaves what is for the kernel log
 */
export function instrument(ruleset: Ruleset, keepsKernelLog: boolean): Instrumented {
  refuseParts(ruleset);
  const { logs, markGroup } = placesOf(ruleset, keepsKernelLog);
  const ofRule = new Map<JsonObject, LogPlace[]>();
  for (const log of logs) ofRule.set(log.rule, [...(ofRule.get(log.rule) ?? []), log]);
  return {
    logs,
    markGroup,
    hasNat: [...ruleset.tables.values()].some(({ chains }) => [...chains.values()].some(isNat)),
    document: (options) => {
      const items = encodeRuleset(ruleset).nftables.map((object) => changed(object, ofRule, options.isCounted));
      const isTable = (item: JsonObject): boolean => "table" in item;
      const counters = options.isCounted
        ? logs.map(({ family, table, counter: name }) => ({ counter: { family, table, name } }))
        : [];
      const all = [
        ...items.filter(isTable),
        ...counters,
        ...items.filter((item) => !isTable(item)),
        ...ownItems(options, markGroup),
      ];
      return `{"nftables":[${all.map((item) => JSON.stringify({ add: item })).join(",\n")}]}\n`;
    },
  };
}

function isNat({ head }: Chain): boolean {
  return head?.["type"] === "nat";
}

/** All that rules stand in has to be there, and to be what nft tells of it in JSON. */
function refuseParts({ tables }: Ruleset): void {
  for (const table of tables.values()) {
    refuseTable(table);
    for (const [chain, { head }] of table.chains) refuseChain(`${table.family} ${table.name} ${chain}`, head);
  }
}

function refuseTable({ family, name, head, chains }: Table): void {
  const [first] = chains.keys();
  if (head === undefined && first !== undefined) throw undeclared(`${family} ${name} ${first}`);
  const flags = head?.["flags"];
  if (flags !== undefined) throw withFlags(`${family} ${name}`, flags);
  if (name !== OWN_TABLE) return;
  throw new Fault("bad-input", `the table ${OWN_TABLE} is what tests are run with`, "call it otherwise");
}

/** Of a chain at a device nft 1.0.6 does not tell the device in JSON. */
function refuseChain(place: string, head: JsonObject | undefined): void {
  if (head === undefined) throw undeclared(place);
  const isAtDevice = head["hook"] === "ingress" || head["hook"] === "egress";
  if (isAtDevice && head["dev"] === undefined) throw withoutDevice(place);
}

function undeclared(place: string): Fault {
  const remedy = "name what declares it, too: ruleset: FILE";
  return new Fault("bad-input", `rules go into a chain that nothing declares: ${place}`, remedy);
}

function withFlags(place: string, flags: Json): Fault {
  const words = Array.isArray(flags) ? flags.join(", ") : String(flags ?? "");
  const text = `nft takes no flags of a table from JSON, which is what is loaded: table ${place} has flags (${words})`;
  return new Fault(
    "not-supported",
    text,
    "a dormant table logs nothing, an owned one ends with its owner: test it without them",
  );
}

function withoutDevice(place: string): Fault {
  const message = `nft does not tell in JSON, which is what is loaded, the device of chain ${place}`;
  return new Fault("not-supported", message, "give the rules as nft's text, or take a newer nft than 1.0.6");
}

function placesOf({ tables }: Ruleset, keepsKernelLog: boolean): Pick<Instrumented, "logs" | "markGroup"> {
  const found = [...tables.values()].flatMap(({ family, name: table, chains }) =>
    [...chains].flatMap(([chain, { rules }]) =>
      rules.flatMap((rule, at) =>
        logsOf(statementsOf(rule)).map((log) => ({ family, table, chain, position: at + 1, rule, log })),
      ),
    ),
  );
  const used = new Set(found.flatMap(({ log }) => (log.to === "group" ? [Number(log.fields["group"])] : [])));
  const groups = new StandIns(used);
  const markGroup = groups.of({ to: "mark", level: null });
  const logs = found.map(({ log, ...place }, at) => {
    const destination = destinationOf(log);
    return {
      ...place,
      ...destination,
      group: groupOf(log, destination),
      prefix: log.prefix ?? null,
      counter: `${OWN_TABLE}-${at}`,
    };
  });
  return { logs, markGroup };

  function groupOf(log: LogView, destination: Destination): number | null {
    if (log.to === "group") return Number(log.fields["group"]);
    return keepsKernelLog && log.to === "kernel" ? null : groups.of(destination);
  }
}

function destinationOf({ to, fields }: LogView): Destination {
  if (to === "group") return { to: `group ${fields["group"]}`, level: null };
  return { to, level: to === "kernel" ? String(fields["level"] ?? "warn") : null };
}

/** Groups that no rule uses, one for each destination that has none. */
class StandIns {
  readonly #used: Set<number>;
  readonly #given = new Map<string, number>();

  constructor(used: Set<number>) {
    this.#used = used;
  }

  of({ to, level }: Destination): number {
    const destination = `${to} ${level}`;
    const given = this.#given.get(destination);
    if (given !== undefined) return given;
    let group = GROUP_MAX;
    while (this.#used.has(group)) group -= 1;
    this.#used.add(group);
    this.#given.set(destination, group);
    return group;
  }
}

function changed(
  object: JsonObject,
  ofRule: ReadonlyMap<JsonObject, readonly LogPlace[]>,
  isCounted: boolean,
): JsonObject {
  const [kind = "", value] = Object.entries(object)[0] ?? [];
  if (!isObject(value)) return object;
  const { handle: _handle, ...rest } = value;
  const logs = [...(ofRule.get(value) ?? [])];
  if (logs.length === 0) return { [kind]: rest };
  const expr = (value["expr"] as readonly Json[]).flatMap((statement) => {
    if (!isObject(statement) || !("log" in statement)) return [statement];
    const log = logs.shift() as LogPlace;
    return [
      ...(isCounted ? [{ counter: log.counter }] : []),
      { log: log.group === null ? (statement["log"] ?? null) : read(statement["log"], log.group) },
    ];
  });
  return { [kind]: { ...rest, expr } };
}

/** The fields that go with a group. */
function read(fields: Json | undefined, group: number): JsonObject {
  const { level: _level, flags: _flags, ...rest } = isObject(fields) ? fields : {};
  return { ...rest, group };
}
