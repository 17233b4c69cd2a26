import type { Comparison, Setting } from "../core/diff/changes.ts";
import { compareRulesets } from "../core/diff/compare.ts";
import { type DefaultLog, destinationText, entriesOf } from "../core/model/default-log.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import { intentOf } from "../core/model/machine.ts";
import { DocumentReader } from "../core/nft/document-reader.ts";
import type { Ruleset } from "../core/nft/ruleset.ts";
import { putRules, tablesOf } from "../core/ours/put-rules.ts";
import { markedChains, onlyOurs, withoutOurs } from "../core/ours/scope.ts";
import { readMachine } from "./read-machine.ts";
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
  const documents = new DocumentReader();
  const a = await readSource(host, names[0], { documents, ...options });
  const b = await readSource(host, names[1], { documents, ...options });
  const isLive = a.form === "live" || b.form === "live";
  const defaultLog = isLive && (a.wish ?? b.wish) !== undefined ? intentOf(await readMachine(host)) : {};
  const tables = compareRulesets(...scoped(a, b, defaultLog));
  const settings = a.wish && b.wish ? compareSettings(a.wish, b.wish) : [];
  return { a: a.name, b: b.name, settings, tables, places: placesOf(b.wish) };
}

function placesOf(wish: RuleSource["wish"]): Map<string, string> {
  if (wish?.rules.form !== "intent") return new Map();
  return new Map(wish.rules.rules.map(({ document, where }) => [String(document["name"]), where?.() ?? ""]));
}

/**
 * Both rulesets, with what is compared of them.
 * @param machineDefault the default log of the machine that one of both is read from: what an intent does not say
 */
function scoped(a: RuleSource, b: RuleSource, machineDefault: DefaultLog): [Ruleset, Ruleset] {
  if ((a.wish === undefined) === (b.wish === undefined)) return [a.ruleset, b.ruleset];
  if (a.wish === undefined) return scoped(b, a, machineDefault).toReversed() as [Ruleset, Ruleset];

  const { rules, defaultLog } = a.wish;
  const own = tablesOf(rules);
  // The intent is compared as it would be applied: where its rules stand follows from what is around them.
  const rest = withoutOurs(b.ruleset, own);
  const touched = new Set([...markedChains(b.ruleset, own), ...markedChains(a.ruleset, own)]);
  const applied = putRules(rest, rules, { ...machineDefault, ...defaultLog }, () => {});
  return [onlyOurs(applied, own, touched), onlyOurs(b.ruleset, own, touched)];
}

type Wished = NonNullable<RuleSource["wish"]>;

function compareSettings(a: Wished, b: Wished): Setting[] {
  const families = compareWords("default-log", wordsOf(a), wordsOf(b));
  const all = compareWords("all-netns", allNetns(a), allNetns(b));
  return [...families, ...all];
}

function wordsOf({ wanted }: Wished): Map<string, string> {
  return new Map(entriesOf(wanted).map(([family, destination]) => [family, destinationText(destination)]));
}

function allNetns({ allNetns: value }: Wished): Map<string, string> {
  return new Map(value === null ? [] : [["", String(value)]]);
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
