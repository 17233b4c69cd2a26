import { isObject, type JsonObject, soleEntry } from "../nft/json.ts";
import { ruleText } from "../nft/text/rule.ts";
import { rulesetText } from "../nft/text/ruleset.ts";
import type { NftDocument } from "./document.ts";

/**
 * A document in nft's own words: our tables as blocks, then a command for each rule that goes into somebody else's chain,
 * in the order in which they are carried out.
 */
export function documentText({ nftables }: NftDocument): string {
  const items = nftables.flatMap((command) => itemOf(command) ?? []);
  const own = new Set(
    items.flatMap(({ kind, value }) => (kind === "table" ? [`${value["family"]} ${value["name"]}`] : [])),
  );
  const isOurs = ({ kind, value }: Item): boolean => kind !== "rule" || own.has(`${value["family"]} ${value["table"]}`);
  const blocks = items.filter(isOurs).map(({ kind, value }) => ({ [kind]: value }));
  const commands = items.filter((item) => !isOurs(item)).map(({ verb, value }) => `${commandText(verb, value)}\n`);
  return [rulesetText(blocks), ...commands].join("");
}

/** A command taken apart: `add`, `rule`, and what the rule is. */
interface Item {
  readonly verb: string;
  readonly kind: string;
  readonly value: JsonObject;
}

function itemOf(command: object): Item | undefined {
  const [verb = "", object] = soleEntry(command) ?? [];
  const [kind = "", value] = soleEntry(object) ?? [];
  return isObject(value) ? { verb, kind, value } : undefined;
}

function commandText(verb: string, rule: JsonObject): string {
  const { index } = rule;
  const place = [rule["family"], rule["table"], rule["chain"], ...(index === undefined ? [] : ["index", index])];
  return `${verb} rule ${place.join(" ")} ${ruleText(rule)}`;
}
