import { isObject, type Json, type JsonObject, soleEntry } from "../nft/json.ts";
import type { Chain } from "../nft/ruleset.ts";
import type { Before } from "./rule-schema.ts";

/** A place before a rule of a chain, and the conditions that are taken over from it. */
interface Spot {
  /** Before the chain's rule of this index; its length is the end. */
  readonly index: number;
  readonly conditions: readonly Json[];
}

/** Where rules stand that are put before others, and the indexes of drops that no rule can be put before. */
export interface Spots {
  readonly spots: readonly Spot[];
  readonly left: readonly number[];
}

/** Statements that end a packet's way through a chain, whatever it holds. */
const ENDINGS = ["accept", "drop", "reject", "return", "goto"];

/** What a rule may hold beside its matches and its verdict without its conditions depending on more than the packet. */
const ASIDE = ["counter", "log", "comment", "last", "mangle"];

/** Finds the places before one rule, or before each rule that gives this verdict. */
export function spotsOf(before: Before, chain: Chain): Spots {
  return typeof before === "object"
    ? { spots: spotBefore(before, chain), left: [] }
    : spotsBeforeVerdict(before, chain);
}

function spotBefore(before: Exclude<Before, string>, { rules }: Chain): Spot[] {
  const isIt = (rule: JsonObject): boolean =>
    "handle" in before ? rule["handle"] === before.handle : rule["comment"] === before.comment;
  const index = rules.findIndex(isIt);
  return index === -1 ? [] : [{ index, conditions: [] }];
}

function spotsBeforeVerdict(verdict: "drop" | "reject", { head, rules }: Chain): Spots {
  const views = rules.map((rule) => viewOf(rule, verdict));
  const spots = views.flatMap(({ gives, conditions }, index) => (gives === "plainly" ? [{ index, conditions }] : []));
  const left = views.flatMap(({ gives }, index) => (gives === "otherwise" ? [index] : []));
  const isPolicy = verdict === "drop" && head?.["policy"] === "drop" && !views.some(({ isEnd }) => isEnd);
  return { spots: isPolicy ? [...spots, { index: rules.length, conditions: [] }] : spots, left };
}

/** What a rule has to do with a verdict. */
interface View {
  /** Under conditions that another rule can have too, or under others. */
  readonly gives: "plainly" | "otherwise" | "not";
  readonly conditions: readonly Json[];
  /** No packet comes past it. */
  readonly isEnd: boolean;
}

function viewOf(rule: JsonObject, verdict: string): View {
  const statements = Array.isArray(rule["expr"]) ? (rule["expr"] as Json[]) : [];
  const kinds = statements.map((statement) => soleEntry(statement)?.[0] ?? "");
  const isPlain = kinds.every((kind) => kind === "match" || kind === verdict || ASIDE.includes(kind));
  const isInMap = statements.some((statement) => givesInMap(statement, verdict));
  const gives = kinds.includes(verdict) ? (isPlain ? "plainly" : "otherwise") : isInMap ? "otherwise" : "not";
  const isEnd = ENDINGS.includes(kinds.at(-1) ?? "") && kinds.slice(0, -1).every((kind) => ASIDE.includes(kind));
  return { gives, conditions: statements.filter((_one, at) => kinds[at] === "match"), isEnd };
}

/** Whether a verdict map gives it; what is in a map with a name is not looked at, so it may. */
function givesInMap(statement: Json, verdict: string): boolean {
  const [kind, map] = soleEntry(statement) ?? [];
  if (kind !== "vmap" || !isObject(map)) return false;
  return typeof map["data"] === "string" || JSON.stringify(map["data"] ?? null).includes(`{"${verdict}":`);
}
