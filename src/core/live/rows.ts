import { limitKindOf } from "../lint/limit-view.ts";
import { destinationOf } from "../lint/log-checks.ts";
import { logsOf, nameOf, type Statement, statementsOf } from "../lint/rule-view.ts";
import { isObject, type Json, type JsonObject } from "../nft/json.ts";
import type { Ruleset, Table } from "../nft/ruleset.ts";
import { limitRate } from "../nft/text/stateful.ts";
import { statementText } from "../nft/text/statement.ts";

/** A rule of ours as it stands in a ruleset. */
export interface LiveRule {
  /** The rule of the intent: what stands behind our mark in the comment. */
  readonly name: string;
  /** `FAMILY TABLE CHAIN`. */
  readonly place: string;
  /** Its place among the rules of the chain, from 1. */
  readonly position: number;
  /** null in what is no listing. */
  readonly handle: number | null;
  readonly prefix: string | null;
  /** `kernel`, `group 5` or `audit`; null where somebody took the log statement out. */
  readonly destination: string | null;
  /** Where it is not the kernel's default, warn. */
  readonly level: string | null;
  /** In nft's words, a named one with its rate; null where nothing limits it. */
  readonly limit: string | null;
  /** What passed its limits; null where the rule has no counter of its own. */
  readonly packets: number | null;
  readonly bytes: number | null;
}

/** The rules that carry our mark, in any table, in the order of the ruleset. */
export function liveRulesOf({ tables }: Ruleset): LiveRule[] {
  return [...tables.values()].flatMap((table) =>
    [...table.chains].flatMap(([chain, { rules }]) =>
      rules.flatMap((rule, index) => {
        const name = nameOf(rule);
        return name === undefined ? [] : [rowOf(rule, name, { table, chain, position: index + 1 })];
      }),
    ),
  );
}

interface Place {
  readonly table: Table;
  readonly chain: string;
  readonly position: number;
}

function rowOf(rule: JsonObject, name: string, { table, chain, position }: Place): LiveRule {
  const statements = statementsOf(rule);
  const [log] = logsOf(statements);
  const level = log?.to === "kernel" ? log.fields["level"] : undefined;
  return {
    name,
    place: `${table.family} ${table.name} ${chain}`,
    position,
    handle: typeof rule["handle"] === "number" ? rule["handle"] : null,
    prefix: log?.prefix ?? null,
    destination: log === undefined ? null : destinationOf(log),
    level: typeof level === "string" ? level : null,
    limit: limitText(statements, table),
    ...amountsOf(statements),
  };
}

/** What limits a rule, in nft's words; null where nothing does. */
export function limitText(statements: readonly Statement[], table: Table): string | null {
  const limits = statements.filter((statement) => limitKindOf(statement, table) !== undefined);
  const texts = limits.map(
    ({ kind, value }) => `${statementText({ [kind]: value })}${rateOfNamed(kind, value, table)}`,
  );
  return texts.length === 0 ? null : texts.join(" ");
}

/** ` { rate 5/minute }` for a limit by name, as nft lists it where it is declared. */
function rateOfNamed(kind: string, value: Json, { objects }: Table): string {
  const named = kind === "limit" && typeof value === "string" ? objects.get(`limit ${value}`)?.value : undefined;
  if (named === undefined) return "";
  const { family: _family, table: _table, name: _name, handle: _handle, comment: _comment, ...rate } = named;
  const text = limitRate(rate);
  return text === undefined ? "" : ` { ${text} }`;
}

/** What a rule counted by its last counter: it stands behind the limits, so it counts what is logged. */
export function amountsOf(statements: readonly Statement[]): Pick<LiveRule, "packets" | "bytes"> {
  const counter = statements.findLast(({ kind, value }) => kind === "counter" && isObject(value));
  const { packets = null, bytes = null } = isObject(counter?.value) ? counter.value : {};
  return typeof packets === "number" && typeof bytes === "number" ? { packets, bytes } : { packets: null, bytes: null };
}
