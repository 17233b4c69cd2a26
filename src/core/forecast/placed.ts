import type { NftDocument } from "../intent/document.ts";
import { type Lowered, MARK } from "../intent/lower.ts";
import { isObject, type JsonObject } from "../nft/json.ts";

/**
 * The intent with the rules that its document puts into a ruleset: one that stands before each drop of a chain is as many
 * rules as there are drops, each with limits of its own.
 */
export function placedOf({ objects, rules }: Lowered, { nftables }: NftDocument): Lowered {
  const byComment = new Map<unknown, JsonObject[]>();
  for (const command of nftables) {
    const { rule } = "insert" in command ? command.insert : command.add;
    if (!isObject(rule)) continue;
    byComment.set(rule["comment"], [...(byComment.get(rule["comment"]) ?? []), rule]);
  }
  const placed = rules.map((lowered) => ({ ...lowered, rules: byComment.get(`${MARK}${lowered.name}`) ?? [] }));
  return { objects, rules: placed };
}
