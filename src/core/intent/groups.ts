import { isObject, type Json } from "../nft/json.ts";
import type { Intent } from "./intent.ts";
import { lowerIntent } from "./lower.ts";

/** The NFLOG groups that the rules of an intent log to, lowest first. */
export function groupsOfRules(intent: Intent): number[] {
  const statements = lowerIntent(intent).rules.flatMap(({ rules }) => rules.flatMap((rule) => rule["expr"] as Json[]));
  const groups = statements.flatMap((statement) => {
    const log = isObject(statement) ? statement["log"] : undefined;
    const group = isObject(log) ? log["group"] : undefined;
    return typeof group === "number" ? [group] : [];
  });
  return [...new Set(groups)].sort((a, b) => a - b);
}
