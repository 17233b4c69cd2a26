import { rulesetOf } from "../core/intent/document.ts";
import { type Intent, parseIntent } from "../core/intent/intent.ts";
import { type Compiled, type Lowered, lowerIntent } from "../core/intent/lower.ts";
import type { DefaultLog } from "../core/model/default-log.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Wish } from "../core/model/revision.ts";
import type { DocumentReader } from "../core/nft/document-reader.ts";
import { decodeRuleset, emptyRuleset, type Ruleset } from "../core/nft/ruleset.ts";
import { lowerRules, putRules, rulesOfIntent } from "../core/ours/put-rules.ts";
import { compileTexts } from "./compile-texts.ts";
import { readLive } from "./live-rules.ts";
import { type Input, isThere, readInput } from "./read-input.ts";
import { readNamespace } from "./read-machine.ts";
import { readRevision } from "./revisions.ts";
import { compileInScratch, faultOfNft, type Say } from "./scratch.ts";
import type { TemplatePlaces } from "./templates.ts";

/** What is needed to read rules from wherever they stand. */
export interface SourceOptions {
  readonly templates: TemplatePlaces;
  readonly say: Say;
  /** Reads documents in JSON where most of what they say is never looked at. */
  readonly documents?: DocumentReader;
}

/** An intent that was read, with its rules lowered. */
export interface ReadIntent {
  readonly intent: Intent;
  readonly lowered: Lowered;
}

/** Rules from wherever they stand, as a ruleset. */
export interface RuleSource {
  /** As the user named it. */
  readonly name: string;
  readonly form: "intent" | "revision" | "json" | "text" | "live";
  readonly ruleset: Ruleset;
  readonly read: ReadIntent | undefined;
  /** What an intent or a revision wishes, and the default log that goes with it. */
  readonly wish?: Pick<Wish, "wanted" | "allNetns" | "rules"> & { readonly defaultLog: DefaultLog };
}

/**
 * Reads rules: `live` for those of the machine, an intent, a listing or commands in JSON, or nft's own text, which nft
 * takes in a scratch namespace. Names are those of readInput.
 */
export async function readSource(host: Host, name: string, options: SourceOptions): Promise<RuleSource> {
  if (name === "live") return { name, form: "live", ruleset: await readLive(host), read: undefined };
  const number = /^rev:([1-9][0-9]{0,8})$/.exec(name)?.[1];
  if (number !== undefined) return await revisionSource(host, name, Number(number));
  if (name.startsWith("rev:") && !(await isThere(host, name))) {
    throw new Fault(
      "usage",
      `"${name.slice(0, 40)}": rev: wants the number of a revision`,
      "netlogctl rules history lists them",
    );
  }
  return await sourceOf(host, name, await readInput(host, name), options);
}

/** What was applied, lowered by what was the default log then. */
async function revisionSource(host: Host, name: string, number: number): Promise<RuleSource> {
  const wish = await readRevision(host, await readNamespace(host), number);
  const { rules, defaultLog } = wish;
  const ruleset =
    rules.form === "intent"
      ? rulesetOf(lowerRules(rules, defaultLog))
      : putRules(emptyRuleset(), rules, defaultLog, () => {});
  return { name, form: "revision", ruleset, read: undefined, wish };
}

/** Reads the rules of a text. */
export async function sourceOf(host: Host, name: string, input: Input, options: SourceOptions): Promise<RuleSource> {
  switch (formOf(input)) {
    case "json":
      return { name, form: "json", ruleset: readJson(input, options.documents), read: undefined };
    case "intent":
      return await intentSource(host, name, input, options);
    case "text":
      return { name, form: "text", ruleset: await readText(host, input, options.say), read: undefined };
  }
}

/** Reads the rules of a text that is an intent. */
export async function intentSource(
  host: Host,
  name: string,
  input: Input,
  options: SourceOptions,
): Promise<RuleSource> {
  const { intent, compiled } = await understandIntent(host, input, options);
  const read = { intent, lowered: lowerIntent(intent, compiled) };
  const { defaultLog, allNetns = null } = intent;
  const wish = { wanted: defaultLog, defaultLog, allNetns, rules: rulesOfIntent(intent, compiled) };
  return { name, form: "intent", ruleset: rulesetOf(read.lowered), read, wish };
}

/** Reads an intent; a fault for anything else. */
export async function readIntent(host: Host, name: string, options: SourceOptions): Promise<ReadIntent> {
  const { intent, compiled } = await understandIntent(host, await readInput(host, name), options);
  return { intent, lowered: lowerIntent(intent, compiled) };
}

/** What the text is: told by its first words, not by the name of its file. */
export function formOf({ text }: Input): "json" | "intent" | "text" {
  const head = text.replace(/^\uFEFF/, "").trimStart();
  if (/^\{\s*"nftables"\s*:/.test(head)) return "json";
  if (head.startsWith("{") || head.startsWith("---")) return "intent";
  return /^(version|rules|default-log|all-netns|table|sets|accept|serve|capture|archive)\s*:/m.test(head)
    ? "intent"
    : "text";
}

function readJson({ text, source }: Input, documents: DocumentReader | undefined): Ruleset {
  const plain = text.replace(/^\uFEFF/, "");
  const items = documents?.read(plain);
  return decodeRuleset(items === undefined ? parseJson(plain, source) : { nftables: items }, source);
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    throw new Fault("bad-input", `${source} is no JSON: ${says}`, "make it again with nft -j list ruleset", {
      cause: error,
    });
  }
}

async function readText(host: Host, { text, source }: Input, say: Say): Promise<Ruleset> {
  if (text.trim() === "") return emptyRuleset();
  if (/(^|[;{}])[ \t]*(include|monitor)\b/m.test(text)) {
    const message = `${source} has an include or a monitor: nothing but the text itself is looked at`;
    throw new Fault("bad-input", message, "give what nft lists: nft list ruleset > FILE");
  }
  const compiled = await compileInScratch(host, text, say);
  if (!compiled.isTaken) throw faultOfNft(compiled.says, source);
  return decodeRuleset(compiled.json, source);
}

/** An intent with its templates filled in, and what nft made of its `nft:` texts. */
export async function understandIntent(
  host: Host,
  input: Input,
  { templates, say }: SourceOptions,
): Promise<{ readonly intent: Intent; readonly compiled: Compiled }> {
  const intent = await fillIntent(host, input, templates);
  return { intent, compiled: await compileTexts(host, intent, say) };
}

/** What names a template: a key, which may be spelt with escapes. */
const USE = /use|\\/;

function templateless(): never {
  throw new Error("a template is used that no text names");
}

/** An intent with its templates filled in; nft is not asked. */
export async function fillIntent(host: Host, input: Input, places: TemplatePlaces): Promise<Intent> {
  if (places.given.length === 0 && !USE.test(input.text)) return parseIntent(input.text, input.source, templateless);
  const { findTemplates, renderUse } = await import("./templates.ts"); // with what renders them, which is slow to load
  const templates = await findTemplates(host, places, input);
  return parseIntent(input.text, input.source, (use, where) => renderUse(templates, use, where));
}
