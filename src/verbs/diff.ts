import type { Comparison, Setting } from "../core/diff/changes.ts";
import { compareRulesets } from "../core/diff/compare.ts";
import { markedChains, onlyOurs, withoutOurs } from "../core/diff/scope.ts";
import { encodeDocument } from "../core/intent/document.ts";
import type { Intent } from "../core/intent/intent.ts";
import { destinationText, entriesOf } from "../core/model/default-log.ts";
import { Fault } from "../core/model/fault.ts";
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
  if (names[0] === "-" && names[1] === "-") {
    throw new Fault("usage", "standard input can be read only once", "name a file for one of both");
  }
  const a = await readSource(host, names[0], options);
  const b = await readSource(host, names[1], options);
  const tables = compareRulesets(...scoped(a, b));
  const settings = a.read && b.read ? compareSettings(a.read.intent, b.read.intent) : [];
  const rules = b.read?.intent.rules ?? [];
  const places = new Map(rules.map(({ document, where }) => [document.name, where()]));
  return { a: a.name, b: b.name, settings, tables, places };
}

/** Both rulesets, with what is compared of them. */
function scoped(a: RuleSource, b: RuleSource): [Ruleset, Ruleset] {
  if ((a.read === undefined) === (b.read === undefined)) return [a.ruleset, b.ruleset];
  if (a.read === undefined) return scoped(b, a).toReversed() as [Ruleset, Ruleset];

  const { intent, lowered } = a.read;
  const touched = markedChains(b.ruleset, intent.table);
  for (const chain of markedChains(a.ruleset, intent.table)) touched.add(chain);
  // The intent is compared as it would be applied: where its rules stand follows from what is around them.
  const rest = withoutOurs(b.ruleset, intent.table);
  const applied = carryOut(rest, encodeDocument(lowered, rest), a.name);
  return [onlyOurs(applied, intent.table, touched), onlyOurs(b.ruleset, intent.table, touched)];
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
