import type { Comparison, Setting } from "../core/diff/changes.ts";
import { compareRulesets } from "../core/diff/compare.ts";
import { onlyOurs, withoutOurs } from "../core/diff/scope.ts";
import { encodeDocument } from "../core/intent/document.ts";
import type { Intent } from "../core/intent/intent.ts";
import { destinationText, entriesOf } from "../core/model/default-log.ts";
import type { Host } from "../core/model/host.ts";
import { carryOut, type Ruleset } from "../core/nft/ruleset.ts";
import { type RuleSource, readSource, type SourceOptions } from "./rule-source.ts";

/** How two rulesets differ, and where the rules of the second stand in its intent. */
export interface RulesDiff extends Comparison {
  readonly a: string;
  readonly b: string;
  /** `file:line:column` by the name of a rule, where b is an intent. */
  readonly places: ReadonlyMap<string, string>;
}

/**
 * Compares two rulesets by meaning, wherever they stand (readSource). Where one is an intent, only what an intent speaks of
 * is compared: its own tables, and the rules elsewhere that carry our mark.
 */
export async function diffRules(
  host: Host,
  names: readonly [string, string],
  options: SourceOptions,
): Promise<RulesDiff> {
  const a = await readSource(host, names[0], options);
  const b = await readSource(host, names[1], options);
  const tables = compareRulesets(rulesetFor(a, b), rulesetFor(b, a));
  const settings = a.read && b.read ? compareSettings(a.read.intent, b.read.intent) : [];
  const rules = b.read?.intent.rules ?? [];
  const places = new Map(rules.map(({ document, where }) => [document.name, where()]));
  return { a: a.name, b: b.name, settings, tables, places };
}

function rulesetFor(own: RuleSource, other: RuleSource): Ruleset {
  if (own.read === undefined)
    return other.read === undefined ? own.ruleset : onlyOurs(own.ruleset, other.read.intent.table);
  const { intent, lowered } = own.read;
  // At the start, behind the drops: the order of ours among themselves follows from what is around them.
  const isPlaced = intent.rules.some(({ document }) => document.into !== undefined);
  if (other.read !== undefined || !isPlaced) return own.ruleset;
  // They are compared as they would be applied; rules that stand before others also take over their conditions.
  const rest = withoutOurs(other.ruleset, intent.table);
  return onlyOurs(carryOut(rest, encodeDocument(lowered, rest), own.name), intent.table);
}

function compareSettings(a: Intent, b: Intent): Setting[] {
  const families = compareWords("default-log", wordsOf(a), wordsOf(b));
  const all = compareWords("all-netns", allNetns(a), allNetns(b));
  return [...families, ...all];
}

function wordsOf({ defaultLog }: Intent): Map<string, string> {
  return new Map(entriesOf(defaultLog).map(([family, destination]) => [family, destinationText(destination)]));
}

function allNetns({ allNetns: value }: Intent): Map<string, string> {
  return new Map(value === undefined ? [] : [["", String(value)]]);
}

function compareWords(
  kind: Setting["kind"],
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): Setting[] {
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((name) => {
    const [before, after] = [a.get(name), b.get(name)];
    return before === after ? [] : [{ kind, name, before, after }];
  });
}
