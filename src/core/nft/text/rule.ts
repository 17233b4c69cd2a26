import type { JsonObject } from "../json.ts";
import { isTooDeep, type Miss, only, shown } from "./miss.ts";
import { quoted } from "./quote.ts";
import { shallowStatementText } from "./statement.ts";

const KEYS = ["family", "table", "chain", "handle", "index", "position", "comment", "expr"];

/** The statements of a rule and its comment, on one line, without its handle. */
export function ruleText(rule: JsonObject, miss: Miss = shown): string {
  return isTooDeep(rule) ? miss(rule) : shallowRuleText(rule, miss);
}

/** A rule that is known not to be nested too deeply. */
export function shallowRuleText(rule: JsonObject, miss: Miss): string {
  const expr = rule["expr"] ?? [];
  if (only(rule, KEYS) === undefined || !Array.isArray(expr)) return miss(rule);
  const comment = rule["comment"] === undefined ? [] : [`comment ${quoted(rule["comment"], miss)}`];
  // nft has no text for a rule that does nothing, though the kernel can hold one.
  const statements = expr.length === 0 ? [miss(expr)] : expr.map((statement) => shallowStatementText(statement, miss));
  return [...statements, ...comment].join(" ");
}
