import { familyTied } from "../intent/expr.ts";
import type { DefaultLog, Destination } from "../model/default-log.ts";
import type { Family } from "../model/family.ts";
import type { LogStatement } from "../model/log-statement.ts";
import { isObject, type Json, type JsonObject, soleEntry } from "../nft/json.ts";
import { encodeLog } from "../nft/log.ts";
import type { Chain, Ruleset, Table } from "../nft/ruleset.ts";
import { splitRule } from "./split-rule.ts";

/** A ruleset in which every log statement has a destination, and what a user should know of it. */
export interface LoweredText {
  readonly ruleset: Ruleset;
  readonly notes: readonly string[];
}

/** Statements that by themselves do nothing to a packet, and keep nothing that can be read. */
const LOOKING = ["match", "limit", "ct count"];

/**
 * Gives each log statement with the sentinel for a group its family's destination: a family of which the default log says
 * nothing has the kernel's. A rule of an inet table becomes two where ip and ip6 differ and it may see both.
 */
export function lowerBareLogs(ruleset: Ruleset, sentinel: number, defaultLog: DefaultLog): LoweredText {
  const notes: string[] = [];
  const tables = new Map<string, Table>();
  for (const [key, table] of ruleset.tables) tables.set(key, lowerTable(table, sentinel, defaultLog, notes));
  return { ruleset: { ...ruleset, tables }, notes };
}

function lowerTable(table: Table, sentinel: number, defaultLog: DefaultLog, notes: string[]): Table {
  const objects = new Map(table.objects);
  const chains = new Map<string, Chain>();
  const lowerRule = (rule: JsonObject): readonly JsonObject[] => {
    const variants = variantsOf(rule, table.family, sentinel, defaultLog);
    if (variants.length === 0) return [rule];
    const needed = variants.filter(doesSomething);
    if (variants.length === 1) return needed.map(({ expr }) => ({ ...rule, expr }));
    return splitRule({ rule, variants: needed, objects, note: (text) => void notes.push(text) });
  };
  for (const [name, { head, rules }] of table.chains) chains.set(name, { head, rules: rules.flatMap(lowerRule) });
  return { ...table, objects, chains };
}

/** A rule as one family has it. */
export interface Variant {
  /** Told apart in an inet table only. */
  readonly family: Family;
  readonly expr: readonly Json[];
}

/** What becomes of a rule: one variant where its families agree; none of a rule that has no bare log statement. */
function variantsOf(rule: JsonObject, family: string, sentinel: number, defaultLog: DefaultLog): Variant[] {
  const expr = Array.isArray(rule["expr"]) ? (rule["expr"] as readonly Json[]) : [];
  if (!expr.some((statement) => bareIn(statement, sentinel) !== undefined)) return [];
  const variants = familiesOf(family, expr).map(
    (one): Variant => ({
      family: one,
      expr: expr.flatMap((statement) => lowerStatement(statement, sentinel, defaultLog[one])),
    }),
  );
  const isSame = new Set(variants.map((variant) => JSON.stringify(variant.expr))).size === 1;
  return isSame ? variants.slice(0, 1) : variants;
}

function lowerStatement(statement: Json, sentinel: number, byDefault: Destination | undefined): Json[] {
  const bare = bareIn(statement, sentinel);
  if (bare === undefined) return [statement];
  const log = destined(bare, byDefault);
  return log === undefined ? [] : [encodeLog(log) as JsonObject];
}

/** The prefix of a bare log statement, if it has one; undefined for any other statement. */
function bareIn(statement: Json, sentinel: number): { prefix?: string } | undefined {
  const [kind, value] = soleEntry(statement) ?? [];
  if (kind !== "log" || !isObject(value) || value["group"] !== sentinel) return undefined;
  const { prefix } = value;
  return typeof prefix === "string" ? { prefix } : {};
}

function destined(bare: { prefix?: string }, byDefault: Destination | undefined): LogStatement | undefined {
  if (byDefault?.to === "none") return undefined;
  return byDefault?.to === "user" ? { to: "group", group: byDefault.group, ...bare } : { to: "kernel", ...bare };
}

/** The families whose packets the rule can see. */
function familiesOf(family: string, expr: readonly Json[]): Family[] {
  if (family !== "inet") return [family as Family];
  const tied = tiedTo(expr);
  return tied === undefined ? ["ip", "ip6"] : [tied];
}

/** The one family of an inet rule's packets, by what it asks them for or does to them. */
function tiedTo(expr: readonly Json[]): "ip" | "ip6" | undefined {
  for (const statement of expr) {
    const [kind, value] = soleEntry(statement) ?? [];
    const tied = isObject(value) ? (kind === "match" ? askedFor(value) : NAMES.get(meantBy(kind, value))) : undefined;
    if (tied !== undefined) return tied;
  }
  return familyTied(expr);
}

const NAMES = new Map<unknown, "ip" | "ip6">([
  ["ip", "ip"],
  ["ipv4", "ip"],
  ["icmp", "ip"],
  ["ip6", "ip6"],
  ["ipv6", "ip6"],
  ["icmpv6", "ip6"],
]);

/** `meta nfproto ipv4`, `meta protocol ip` and `ether type ip`; another one than that is the one that is left. */
function askedFor({ op, left, right }: JsonObject): "ip" | "ip6" | undefined {
  const { meta, payload } = isObject(left) ? left : {};
  const isAsking =
    (isObject(meta) && (meta["key"] === "nfproto" || meta["key"] === "protocol")) ||
    (isObject(payload) && payload["protocol"] === "ether" && payload["field"] === "type");
  const named = isAsking ? NAMES.get(right) : undefined;
  if (named === undefined || op !== "!=") return named;
  return named === "ip" ? "ip6" : "ip";
}

/** The family of a translation's address, or of the answer that a reject sends. */
function meantBy(kind: string | undefined, value: JsonObject): Json | undefined {
  return kind === "reject" ? value["type"] : value["family"];
}

/** Whether anything is left to do for a rule that may have lost its log statement. */
function doesSomething({ expr }: Variant): boolean {
  return expr.some((statement) => {
    const [kind = "", value] = soleEntry(statement) ?? [];
    return !LOOKING.includes(kind) || typeof value === "string";
  });
}
