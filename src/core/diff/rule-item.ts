import { isObject, type Json, type JsonObject, soleEntry } from "../nft/json.ts";
import type { Item } from "./align.ts";
import { canonical } from "./canonical.ts";
import { respell } from "./respell.ts";

/** A rule as an item of a list that is aligned: known again by its comment, its matches or its prefix. */
export function itemOfRule(rule: JsonObject): Item {
  const statements = statementsOf(rule);
  const parts = statements.map(canonicalStatement);
  const matches = parts.filter((_part, index) => soleEntry(statements[index])?.[0] === "match");
  const comment = typeof rule["comment"] === "string" ? rule["comment"] : undefined;
  const [log] = statements.flatMap((statement) => (isObject(statement) ? [statement["log"]] : []));
  const prefix = isObject(log) && typeof log["prefix"] === "string" ? log["prefix"] : undefined;
  const match = matches.length === 0 ? undefined : matches.join();
  return { key: keyOf(rule, parts), marks: [comment, match, prefix], parts };
}

/** A text that is equal for two rules exactly if they do the same, wherever they stand. */
export function keyOfRule(rule: JsonObject): string {
  return keyOf(rule, statementsOf(rule).map(canonicalStatement));
}

/** Whether both have the same key: soon told where something other than a match differs. */
export function isSameRule(a: JsonObject, b: JsonObject): boolean {
  const [one, other] = [statementsOf(a), statementsOf(b)];
  const isSame = (statement: Json, at: number): boolean =>
    (isObject(statement) && Object.hasOwn(statement, "match")) ||
    canonicalStatement(statement) === canonicalStatement(other[at] as Json);
  return one.length === other.length && one.every(isSame) && keyOfRule(a) === keyOfRule(b);
}

/** The statements of a rule. */
export function statementsOf(rule: JsonObject): Json[] {
  return Array.isArray(rule["expr"]) ? (rule["expr"] as Json[]) : [];
}

function canonicalStatement(statement: Json): string {
  return canonical(respell(statement));
}

/** In whatever order it looks: nft itself changes that of neighbouring matches. */
function keyOf(rule: JsonObject, parts: readonly string[]): string {
  const { family: _family, table: _table, chain: _chain, expr: _expr, ...rest } = rule;
  return `${canonical(rest)} ${inAnyOrder(parts).join()}`;
}

/** Sorts the matches that follow one another. */
function inAnyOrder(parts: readonly string[]): readonly string[] {
  const sorted: string[] = [];
  let run: string[] = [];
  for (const part of parts) {
    if (part.startsWith('{"match":')) {
      run.push(part);
      continue;
    }
    sorted.push(...run.sort(), part);
    run = [];
  }
  return [...sorted, ...run.sort()];
}
