import { type TextInParts, takeApart } from "../core/default-log/in-text.ts";
import { type DefaultLog, entriesOf } from "../core/model/default-log.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import { isObject, type Json, soleEntry } from "../core/nft/json.ts";
import { decodeRuleset, encodeRuleset, type Ruleset } from "../core/nft/ruleset.ts";
import { type ListedLine, linesLost, withDevices } from "../core/nft/told-in-text.ts";
import type { Input } from "./read-input.ts";
import { compileInScratch, compileTwice, faultOfNft, type Say } from "./scratch.ts";

/** What a text of nft's with a default log asks for. */
export interface TextWithDefault {
  /** What the text itself says; a text without a default log says nothing. */
  readonly defaultLog: DefaultLog;
  /** Log statements that name no destination have the sentinel for a group; no handles are in it. */
  readonly ruleset: Ruleset;
  readonly sentinel: number;
  readonly notes: readonly string[];
}

/**
 * Reads nft's text with a default log in it: `default log { ... }` and tables. Which log statements name no destination is
 * told by the text (the kernel cannot tell `level warn` from nothing): those are marked (lowerBareLogs). nft takes the text
 * in a scratch namespace, and what its JSON cannot tell is a fault, or a note where it is no more than a comment.
 */
export async function readTextWithDefault(host: Host, input: Input, say: Say): Promise<TextWithDefault> {
  const text = input.text.replace(/^\uFEFF/, "");
  const parts = takeApart(text.endsWith("\n") ? text : `${text}\n`, input.source);
  const { defaultLog, sentinel } = parts;
  if (!parts.hasRules) {
    throw new Fault(
      "bad-input",
      `${input.source} holds no tables of nft's`,
      entriesOf(defaultLog).length > 0
        ? `a default log alone is set with netlogctl default log -f ${input.source}`
        : "netlogctl rules init writes an intent to start from; netlogctl rules remove takes rules away",
    );
  }
  const { ruleset, notes } = await compileWhole(host, parts, { source: input.source, say });
  return { defaultLog, ruleset, sentinel, notes };
}

interface Telling {
  readonly source: string;
  readonly say: Say;
}

/** What nft makes of the text, once it is sure that no rule is lost in its JSON. */
async function compileWhole(
  host: Host,
  parts: TextInParts,
  { source, say }: Telling,
): Promise<{ ruleset: Ruleset; notes: string[] }> {
  const faultOf = (says: string): Promise<Fault> => faultOfText(host, parts, says, source);
  const { ruleset, lost } = await compileFaithfully(host, parts.marked, { source, say, faultOf });
  refuseUnmarked(ruleset, parts, source);
  return { ruleset, notes: notesOn(lost, ruleset, parts, source) };
}

/** What nft makes of a text, without handles but with devices, and the lines of its listing that JSON does not tell. */
export async function compileFaithfully(
  host: Host,
  text: string,
  { source, say, faultOf }: Telling & { readonly faultOf: (says: string) => Promise<Fault> },
): Promise<{ readonly ruleset: Ruleset; readonly lost: readonly ListedLine[] }> {
  const compiled = await compileTwice(host, text, say);
  if (!compiled.isTaken) throw await faultOf(compiled.says);
  const ruleset = withDevices(decodeRuleset(withoutHandles(compiled.json), source), compiled.text);
  const again = await compileTwice(host, JSON.stringify(encodeRuleset(ruleset)), () => {});
  if (!again.isTaken) throw notTakenBack(again.says, ruleset, source);
  return { ruleset, lost: linesLost(compiled.text, again.text) };
}

/** In nft's words on the text as it was given: the marks move what stands behind them. */
async function faultOfText(host: Host, { nft }: TextInParts, says: string, source: string): Promise<Fault> {
  const plain = await compileInScratch(host, nft, () => {});
  const { code, message, remedy } = faultOfNft(plain.isTaken ? says : plain.says, source);
  const isMissing = /No such file or directory/.test(message);
  const [, line, column] = /: line (\d+):(\d+)/.exec(message) ?? [];
  const where = line === undefined ? source : `${source}:${line}:${column}`;
  return new Fault(code, message, isMissing ? "the file has to declare all that it names" : remedy, { where });
}

/** Handles are those of the scratch namespace. */
function withoutHandles(json: unknown): unknown {
  const items = isObject(json) && Array.isArray(json["nftables"]) ? (json["nftables"] as Json[]) : [];
  const nftables = items.map((item) => {
    const [kind, value] = soleEntry(item) ?? [];
    if (kind === undefined || !isObject(value)) return item;
    const { handle: _handle, ...rest } = value;
    return { [kind]: rest };
  });
  return { nftables };
}

/** Sees to it that no statement without a destination was passed over. */
function refuseUnmarked({ tables }: Ruleset, { logs }: TextInParts, source: string): void {
  const rules = [...tables.values()].flatMap((table) => [...table.chains.values()].flatMap((chain) => chain.rules));
  const plain = rules.flatMap(({ expr }) => (Array.isArray(expr) ? expr.filter(isPlainLog) : []));
  if (plain.length <= logs.filter(({ isUntold }) => isUntold).length) return;
  const message = `${source} has a log statement without a destination that is not found in its text`;
  throw new Fault("bad-input", message, "put blanks around the word log");
}

function isPlainLog(statement: Json): boolean {
  const [kind, log] = soleEntry(statement) ?? [];
  return kind === "log" && Object.keys(isObject(log) ? log : {}).every((key) => key === "prefix");
}

function notTakenBack(says: string, { version }: Ruleset, source: string): Fault {
  const { message } = faultOfNft(says, `what nft ${version ?? ""} itself tells of ${source} in JSON`);
  return new Fault("not-supported", message, "take out what it speaks of, or use a newer nft");
}

/** What may be lost without a rule doing anything else. */
const REMARKS = /^\t+(comment "|auto-merge$|typeof |flags [a-z,]*\bdynamic\b)/;

function notesOn(lost: readonly ListedLine[], { version }: Ruleset, parts: TextInParts, source: string): string[] {
  const wrong = lost.find(({ line }) => !REMARKS.test(line));
  const says = `nft ${version ?? ""} cannot tell in JSON, which is what is applied`;
  if (wrong === undefined) {
    return lost.length === 0 ? [] : [`${says}, so it is left out: ${[...new Set(lost.map(spelt))].join("; ")}`];
  }
  throw new Fault("not-supported", `${says}: ${spelt(wrong)}`, "take it out, or use a newer nft", {
    where: whereOf(wrong, parts, source),
  });
}

/** A line and where it stands. */
export function spelt({ line, table, chain }: ListedLine): string {
  return `"${line.trim()}" of ${`${table} ${chain}`.trim()}`;
}

/** The first line of the file that says the same; the file where none does. */
function whereOf({ line }: ListedLine, { nft }: TextInParts, source: string): string {
  const plain = (text: string): string => text.replace(/[\s;{}"]+/g, " ").trim();
  const at = nft.split("\n").findIndex((other) => plain(other).includes(plain(line)));
  return at === -1 ? source : `${source}:${at + 1}`;
}
