import type { LogSite } from "../explain/sites.ts";
import { type LogView, logsOf, nameOf, type Statement, statementsOf } from "../lint/rule-view.ts";
import type { JsonObject } from "../nft/json.ts";
import type { Ruleset, Table } from "../nft/ruleset.ts";
import { levelNumber } from "./journald.ts";

/** How many prefixes a message names. */
const SHOWN_MAX = 3;

/** A rule and where it stands. */
export interface PlacedRule {
  /** `FAMILY TABLE CHAIN rule N`, N from 1: as sites and findings call it. */
  readonly place: string;
  readonly table: Table;
  readonly chain: string;
  readonly rule: JsonObject;
  readonly statements: readonly Statement[];
  readonly logs: readonly LogView[];
  /** The rule of the intent, where it is one of ours. */
  readonly name: string | undefined;
}

/** The rules of a ruleset by their places. */
export function placedRules({ tables }: Ruleset): Map<string, PlacedRule> {
  const rules = [...tables.values()].flatMap((table) =>
    [...table.chains].flatMap(([chain, { rules: some }]) =>
      some.map((rule, index): PlacedRule => {
        const statements = statementsOf(rule);
        const place = placeOf(table.family, table.name, chain, index);
        return { place, table, chain, rule, statements, logs: logsOf(statements), name: nameOf(rule) };
      }),
    ),
  );
  return new Map(rules.map((rule) => [rule.place, rule]));
}

/** The place of a rule by its position, from 0. */
export function placeOf(family: string, table: string, chain: string, position: number): string {
  return [family, table, chain, "rule", position + 1].join(" ");
}

/** A log statement of a rule, and where its lines go. */
export interface PlacedLog {
  readonly site: LogSite;
  readonly rule: PlacedRule;
  /** undefined for a target of iptables. */
  readonly log: LogView | undefined;
}

/** Sites of rules with their log statements: of each rule they come in the same order, targets of iptables last. */
export function placedLogs(sites: readonly LogSite[], rules: ReadonlyMap<string, PlacedRule>): PlacedLog[] {
  const seen = new Map<string, number>();
  return sites.flatMap((site) => {
    const rule = site.place === null ? undefined : rules.get(site.place);
    if (rule === undefined) return [];
    const index = seen.get(rule.place) ?? 0;
    seen.set(rule.place, index + 1);
    return [{ site, rule, log: rule.logs[index] }];
  });
}

/** The group that a log statement names. */
export function groupOf(one: PlacedLog | undefined): number | undefined {
  const group = one?.log?.fields["group"];
  return typeof group === "number" ? group : undefined;
}

/** The number of a line's level: warn unless the rule says another (nft's, and LOG's of iptables). */
export function levelOf({ log }: PlacedLog): number {
  return levelNumber(String(log?.fields["level"] ?? "warn")) ?? 4;
}

/** The rules of these logs, each once. */
export function placesOf(logs: readonly PlacedLog[]): string[] {
  return [...new Set(logs.map(({ rule }) => rule.place))];
}

/** The prefixes of these logs, the first few of them: `prefix "a", "b" and 2 more`. */
export function prefixesText(logs: readonly PlacedLog[]): string {
  const prefixes = [...new Set(logs.map(({ site }) => site.prefix))];
  const shown = prefixes.slice(0, SHOWN_MAX).map((prefix) => (prefix === null ? "none" : JSON.stringify(prefix)));
  const more = prefixes.length > SHOWN_MAX ? ` and ${prefixes.length - SHOWN_MAX} more` : "";
  return `prefix ${shown.join(", ")}${more}`;
}
