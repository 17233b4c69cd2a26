import { lowerBareLogs } from "../core/default-log/lower-bare.ts";
import { parseYaml } from "../core/intent/positions.ts";
import { nameOf } from "../core/lint/rule-view.ts";
import type { TestFile } from "../core/log-test/test-file.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { JsonObject } from "../core/nft/json.ts";
import { emptyRuleset, type Ruleset } from "../core/nft/ruleset.ts";
import { putRules } from "../core/ours/put-rules.ts";
import { readWhole } from "./live-rules.ts";
import { type Input, readInput } from "./read-input.ts";
import { formOf, intentSource, type RuleSource, readSource, type SourceOptions, sourceOf } from "./rule-source.ts";
import { faultOfNft } from "./scratch.ts";
import { compileFaithfully, readTextWithDefault, spelt } from "./text-with-default.ts";

/** A file of tests that was read, and what it was read from. */
export interface ReadTestFile extends TestFile {
  readonly source: string;
  readonly text: string;
}

/** The rules that a file of tests is about. */
export interface TestedRules {
  /** What they are called: the same for all files that test the same. */
  readonly name: string;
  readonly ruleset: Ruleset;
  /** Where a rule of an intent is written; undefined for others. */
  whereOf(rule: JsonObject): string | undefined;
}

/**
 * Reads what a file of tests is about: its ruleset, with its intent put into it.
 * @param instead a source that is tested instead: an intent for the file's, any other for all that the file names
 */
export async function readTested(
  host: Host,
  file: ReadTestFile,
  instead: string | undefined,
  options: SourceOptions,
): Promise<TestedRules> {
  const given = instead === undefined ? undefined : await wholeSource(host, instead, options);
  const isWhole = given !== undefined && given.wish === undefined;
  const ruleset = isWhole ? given : await rulesetSource(host, file, options);
  const intent = given === undefined ? await intentOf(host, file, options) : isWhole ? undefined : given;
  if (ruleset === undefined && intent === undefined) {
    throw new Fault("bad-input", "nothing is tested", "name an intent: FILE or a ruleset: FILE, or say -f SOURCE");
  }
  const base = ruleset?.ruleset ?? emptyRuleset();
  const say = (line: string): void => options.say(line);
  const wish = intent?.wish;
  return {
    name: [ruleset?.name, intent?.name].filter((name) => name !== undefined).join(" + "),
    ruleset:
      wish === undefined ? base : await hinted(ruleset, async () => putRules(base, wish.rules, wish.defaultLog, say)),
    whereOf: placesOf(intent),
  };
}

/** Where no ruleset is named, a chain of others is missing for that. */
async function hinted(ruleset: RuleSource | undefined, put: () => Promise<Ruleset>): Promise<Ruleset> {
  try {
    return await put();
  } catch (error) {
    if (ruleset !== undefined || !(error instanceof Fault) || error.code !== "not-found") throw error;
    const remedy = "name the ruleset that it is in: ruleset: FILE in the file of tests";
    throw new Fault(error.code, error.message, remedy, { where: error.where ?? "", cause: error });
  }
}

async function rulesetSource(
  host: Host,
  { ruleset, source }: ReadTestFile,
  options: SourceOptions,
): Promise<RuleSource | undefined> {
  if (ruleset === undefined) return undefined;
  if (!/[\n{]/.test(ruleset)) return await wholeSource(host, besideOf(source, ruleset), options);
  return await textSource(host, `${source} ruleset`, inputOf(ruleset, `${source}, ruleset`), options);
}

/** Rules from wherever they stand. */
async function wholeSource(host: Host, name: string, options: SourceOptions): Promise<RuleSource> {
  if (name === "live") return { name, form: "live", ruleset: await readWhole(host), read: undefined };
  if (name.startsWith("rev:")) return await readSource(host, name, options);
  const input = await readInput(host, name);
  return formOf(input) === "text"
    ? await textSource(host, name, input, options)
    : await sourceOf(host, name, input, options);
}

/** A text of nft's, which may hold a default log; what nft does not tell in JSON, which is what is loaded, is said. */
async function textSource(host: Host, name: string, input: Input, options: SourceOptions): Promise<RuleSource> {
  if (/^[ \t]*default[ \t]+log\b/m.test(input.text)) return await withDefaultSource(host, name, input, options);
  const { say } = options;
  const faultOf = async (says: string): Promise<Fault> => faultOfNft(says, input.source);
  const { ruleset, lost } = await compileFaithfully(host, input.text, { source: input.source, say, faultOf });
  const flags = lost.find(({ line }) => /^\s*flags (?!.*\b(interval|timeout|constant|dynamic)\b)/.test(line));
  if (flags !== undefined) {
    throw new Fault(
      "not-supported",
      `nft takes no flags of a table from JSON, which is what is loaded: ${spelt(flags)}`,
      "a dormant table logs nothing, an owned one ends with its owner: test it without them",
      { where: input.source },
    );
  }
  if (lost.length > 0) say(`note: nft does not tell in JSON, so it is left out: ${lost.map(spelt).join("; ")}`);
  return { name, form: "text", ruleset, read: undefined };
}

async function withDefaultSource(host: Host, name: string, input: Input, { say }: SourceOptions): Promise<RuleSource> {
  const { defaultLog, ruleset, sentinel, notes } = await readTextWithDefault(host, input, say);
  const lowered = lowerBareLogs(ruleset, sentinel, defaultLog);
  for (const note of [...notes, ...lowered.notes]) say(`note: ${note}`);
  return { name, form: "text", ruleset: lowered.ruleset, read: undefined };
}

async function intentOf(
  host: Host,
  { intent, source, text }: ReadTestFile,
  options: SourceOptions,
): Promise<RuleSource | undefined> {
  if (intent === undefined) return undefined;
  if (typeof intent !== "string")
    return await intentSource(host, source, inputOf(onlyIntent(text, intent), source), options);
  const path = besideOf(source, intent);
  const input = await readInput(host, path);
  if (formOf(input) === "intent") return await intentSource(host, path, input, options);
  throw new Fault("bad-input", `${path} is no intent`, "name a ruleset as ruleset: FILE", { where: source });
}

/** The text without all that is not its intent: what is wrong with that is told at its line and column, if it stands by itself. */
function onlyIntent(text: string, intent: object): string {
  const json = JSON.stringify(intent);
  const blanked = withoutRest(text);
  try {
    return JSON.stringify(parseYaml(blanked, "").value) === json ? blanked : json;
  } catch (error) {
    if (error instanceof Fault) return json;
    throw error;
  }
}

function withoutRest(text: string): string {
  const at = text.search(/^(intent|"intent"|'intent'):/m);
  const start = text.indexOf(":", at) + 1;
  const length = text.slice(start).search(/\n[^\s#]/);
  const end = length === -1 ? text.length : start + length;
  return text.slice(0, start).replace(/[^\n]/g, " ") + text.slice(start, end);
}

function inputOf(text: string, source: string): Input {
  return { text, source, revision: undefined };
}

/** A path that a file names, which is meant from that file on. */
export function besideOf(file: string, path: string): string {
  if (path.startsWith("/") || !file.includes("/")) return path;
  return `${file.slice(0, file.lastIndexOf("/"))}/${path}`;
}

/** Rules of an intent carry their name. */
function placesOf(intent: RuleSource | undefined): TestedRules["whereOf"] {
  const places = new Map(intent?.read?.lowered.rules.map(({ name, where }) => [name, where]));
  return (rule) => {
    const name = nameOf(rule);
    return name === undefined ? undefined : places.get(name)?.();
  };
}
