import { faultOfCompiled } from "../core/intent/expr.ts";
import type { Intent, IntentRule } from "../core/intent/intent.ts";
import type { Compiled } from "../core/intent/lower.ts";
import { encodeSet } from "../core/intent/own-sets.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Json, JsonObject } from "../core/nft/json.ts";
import { decodeRuleset, type Ruleset } from "../core/nft/ruleset.ts";
import { rulesetText } from "../core/nft/text/ruleset.ts";
import { compileInScratch, faultOfNft, type Say } from "./scratch.ts";

const TABLE = "scratch";

/**
 * Has nft compile the `nft:` texts of an intent, each as one rule of a chain in a scratch namespace. A text that makes
 * more than one rule, or anything but a look at the packet, is a fault.
 */
export async function compileTexts(host: Host, intent: Intent, say: Say): Promise<Compiled> {
  const rules = intent.rules.filter(({ document }) => document.nft !== undefined);
  if (rules.length === 0) return new Map();

  const whole = await compile(host, intent, rules, say);
  // nft names no rule in what it says against a whole text: each alone, where there is something.
  const rulesets =
    whole === undefined ? await Promise.all(rules.map((rule) => compileOne(host, intent, rule, say))) : [whole];
  const compiled = new Map<string, readonly Json[]>();
  for (const rule of rules) {
    const found = rulesets.map((ruleset) => rulesFor(ruleset, rule)).find((some) => some.length > 0) ?? [];
    compiled.set(rule.document.name, statementsOf(found, rule));
  }
  return compiled;
}

async function compile(
  host: Host,
  intent: Intent,
  rules: readonly IntentRule[],
  say: Say,
): Promise<Ruleset | undefined> {
  const compiled = await compileInScratch(host, scratchText(intent, rules), say);
  return compiled.isTaken ? decodeRuleset(compiled.json, "nft's scratch namespace") : undefined;
}

async function compileOne(host: Host, intent: Intent, rule: IntentRule, say: Say): Promise<Ruleset> {
  const compiled = await compileInScratch(host, scratchText(intent, [rule]), say);
  if (compiled.isTaken) return decodeRuleset(compiled.json, "nft's scratch namespace");
  const { message, remedy } = faultOfNft(compiled.says, `nft: ${JSON.stringify(rule.document.nft)}`);
  throw new Fault("bad-input", `rule ${rule.document.name}: ${message}`, remedy, { where: rule.where() });
}

/** Each text in a chain of its own, in a table of its rule's family, beside the intent's sets. */
function scratchText({ sets }: Intent, rules: readonly IntentRule[]): string {
  const families = [...new Set(rules.map(familyOf))];
  const objects = families.flatMap((family): JsonObject[] => [
    { table: { family, name: TABLE } },
    ...Object.entries(sets).map(([name, set]) => ({ set: encodeSet({ family, table: TABLE, name }, set) })),
  ]);
  const lines = rules.flatMap((rule) => {
    const chain = `${familyOf(rule)} ${TABLE} ${chainOf(rule)}`;
    return [`add chain ${chain}`, `add rule ${chain} ${rule.document.nft}`];
  });
  return [rulesetText(objects), ...lines, ""].join("\n");
}

function familyOf({ document: { device, into } }: IntentRule): string {
  return device === undefined ? (into?.split(" ")[0] ?? "inet") : "netdev";
}

function chainOf({ document }: IntentRule): string {
  return `rule-${document.name}`;
}

function rulesFor({ tables }: Ruleset, rule: IntentRule): readonly JsonObject[] {
  return tables.get(`${familyOf(rule)} ${TABLE}`)?.chains.get(chainOf(rule))?.rules ?? [];
}

function statementsOf(rules: readonly JsonObject[], { document, where }: IntentRule): readonly Json[] {
  const [rule] = rules;
  const statements = (rule?.["expr"] ?? []) as readonly Json[];
  const wrong =
    rules.length === 1 && rule?.["comment"] === undefined ? faultOfCompiled(statements) : "it is not one rule";
  if (wrong === undefined) return statements;
  throw new Fault(
    "bad-input",
    `rule ${document.name}: nft: ${JSON.stringify(document.nft)}: ${wrong}`,
    "write what to look at only",
    {
      where: where(),
    },
  );
}
