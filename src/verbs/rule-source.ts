import { rulesetOf } from "../core/intent/document.ts";
import { type Intent, parseIntent } from "../core/intent/intent.ts";
import { type Lowered, lowerIntent } from "../core/intent/lower.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import { decodeRuleset, emptyRuleset, type Ruleset } from "../core/nft/ruleset.ts";
import { renderTemplate } from "../core/template/template.ts";
import { compileTexts } from "./compile-texts.ts";
import { faultOfHost } from "./host-faults.ts";
import { type Input, readInput } from "./read-input.ts";
import { compileInScratch, faultOfNft, parseListing, type Say } from "./scratch.ts";
import { findTemplates, readTemplate, type TemplatePlaces } from "./templates.ts";

/** What is needed to read rules from wherever they stand. */
export interface SourceOptions {
  readonly templates: TemplatePlaces;
  readonly say: Say;
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
  readonly form: "intent" | "json" | "text" | "live";
  readonly ruleset: Ruleset;
  readonly read: ReadIntent | undefined;
}

/**
 * Reads rules: `live` for those of the machine, an intent, a listing or commands in JSON, or nft's own text, which nft
 * takes in a scratch namespace. Names are those of readInput.
 */
export async function readSource(host: Host, name: string, options: SourceOptions): Promise<RuleSource> {
  if (name === "live") return { name, form: "live", ruleset: await readLive(host), read: undefined };
  return await sourceOf(host, name, await readInput(host, name), options);
}

/** Reads the rules of a text. */
export async function sourceOf(host: Host, name: string, input: Input, options: SourceOptions): Promise<RuleSource> {
  switch (formOf(input)) {
    case "json":
      return { name, form: "json", ruleset: decodeRuleset(parseJson(input), input.source), read: undefined };
    case "intent": {
      const read = await lowerInput(host, input, options);
      return { name, form: "intent", ruleset: rulesetOf(read.lowered), read };
    }
    case "text":
      return { name, form: "text", ruleset: await readText(host, input, options.say), read: undefined };
  }
}

/** Reads an intent; a fault for anything else. */
export async function readIntent(host: Host, name: string, options: SourceOptions): Promise<ReadIntent> {
  return await lowerInput(host, await readInput(host, name), options);
}

/** The ruleset of the machine. */
async function readLive(host: Host): Promise<Ruleset> {
  const { code, stdout, stderr } = await runNft(host);
  if (code === 0) return decodeRuleset(parseListing(stdout, "nft -j list ruleset"), "nft -j list ruleset");
  const isDenied = /Operation not permitted|must be root/.test(stderr);
  const message = `cannot list the ruleset of ${host.label}: nft says: ${stderr.trim()}`;
  throw new Fault(isDenied ? "not-permitted" : "refused", message, isDenied ? AS_ROOT : WITH_NEWER_NFT);
}

const AS_ROOT = "run it as root (CAP_NET_ADMIN), or give a listing: nft -j list ruleset > FILE";
const WITH_NEWER_NFT =
  "try nft -j list ruleset: an nft that is older than the one that made the rules may not read them";

async function runNft(host: Host): ReturnType<Host["run"]> {
  try {
    return await host.run("nft", ["-j", "list", "ruleset"]);
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, "list the ruleset", "install nftables") : error;
  }
}

/** What the text is: told by its first words, not by the name of its file. */
export function formOf({ text }: Input): "json" | "intent" | "text" {
  const head = text.replace(/^\uFEFF/, "").trimStart();
  if (/^\{\s*"nftables"\s*:/.test(head)) return "json";
  if (head.startsWith("{") || head.startsWith("---")) return "intent";
  return /^(version|rules|default-log|all-netns|table|sets|accept)\s*:/m.test(head) ? "intent" : "text";
}

function parseJson({ text, source }: Input): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
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

async function lowerInput(host: Host, input: Input, { templates: places, say }: SourceOptions): Promise<ReadIntent> {
  const templates = await findTemplates(host, places, input.revision);
  const intent = parseIntent(input.text, input.source, (use, where) => {
    return renderTemplate(readTemplate(templates, use.use, where), use.with, where);
  });
  return { intent, lowered: lowerIntent(intent, await compileTexts(host, intent, say)) };
}
