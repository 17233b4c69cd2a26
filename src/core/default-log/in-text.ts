import { type DefaultLog, GROUP_MAX } from "../model/default-log.ts";
import { Fault } from "../model/fault.ts";
import { refuseCommands } from "./commands.ts";
import { type LogInText, logsIn } from "./logs-in-text.ts";
import { isEnd, isSign, isWord, type NftToken, placeOf, tokensOfNft } from "./nft-tokens.ts";
import { defaultLogOf, parseStatements } from "./parse.ts";

/** A text of nft's that may hold a default log, taken apart. */
export interface TextInParts {
  /** What the text itself says of the default log. */
  readonly defaultLog: DefaultLog;
  /** nft's part; spaces stand where the default log was, so that lines and columns hold. */
  readonly nft: string;
  /** Whether nft's part says anything. */
  readonly hasRules: boolean;
  /** nft's part with `group SENTINEL` in each log statement that names no destination. */
  readonly marked: string;
  /** A group that the text speaks of nowhere. */
  readonly sentinel: number;
  readonly logs: readonly LogInText[];
}

/**
 * Takes the default log out of a text of nft's, and marks the log statements that name no destination. That is decided
 * on the text: the kernel does not tell `log level warn` from `log`. What netlogctl may not carry out is a fault.
 */
export function takeApart(text: string, source: string): TextInParts {
  const tokens = tokensOfNft(text);
  const spans = defaultLogSpans(tokens, text, source);
  const defaultLog = defaultLogOf(parseStatements(keepOnly(text, spans), source));
  const nft = blank(text, spans);
  const rest = tokensOfNft(nft);
  const [first] = rest.filter((token) => !isEnd(token));
  if (isSign(first, "{")) throw mixedWithJson(placeOf(text, source, first?.start ?? 0));
  refuseCommands(rest, nft, source);
  refuseNamelessChains(rest, nft, source);
  const logs = logsIn(rest);
  const sentinel = unusedGroup(text);
  return { defaultLog, nft, hasRules: first !== undefined, marked: mark(nft, logs, sentinel), sentinel, logs };
}

interface Span {
  readonly start: number;
  readonly stop: number;
}

/** Where default logs stand: each from its first word to what ends it. */
function defaultLogSpans(tokens: readonly NftToken[], text: string, source: string): Span[] {
  const spans: Span[] = [];
  for (const [index, token] of tokens.entries()) {
    if (!isDefaultLog(tokens, index) || token.start < (spans.at(-1)?.stop ?? 0)) continue;
    if (token.depth > 0) throw insideOfBlock(placeOf(text, source, token.start));
    spans.push({ start: token.start, stop: stopOf(tokens, index + 2) ?? text.length });
  }
  return spans;
}

function isDefaultLog(tokens: readonly NftToken[], index: number): boolean {
  const before = tokens[index - 1];
  const isFirst = isEnd(before) || isSign(before, "{");
  return isFirst && isWord(tokens[index], "default") && isWord(tokens[index + 1], "log");
}

/** The end of a statement from one of its tokens on: of its line, or of its block and what follows that in the line. */
function stopOf(tokens: readonly NftToken[], from: number): number | undefined {
  return tokens.find((token, index) => index >= from && token.depth === 0 && isEnd(token))?.stop;
}

function blank(text: string, spans: readonly Span[]): string {
  return spans.reduce((rest, { start, stop }) => {
    return rest.slice(0, start) + spaces(rest.slice(start, stop)) + rest.slice(stop);
  }, text);
}

function keepOnly(text: string, spans: readonly Span[]): string {
  const starts = [...spans.map(({ start }) => start), text.length];
  const stops = [0, ...spans.map(({ stop }) => stop)];
  return stops.map((stop, index) => spaces(text.slice(stop, starts[index])) + keptAt(text, spans[index])).join("");
}

function keptAt(text: string, span: Span | undefined): string {
  return span === undefined ? "" : text.slice(span.start, span.stop);
}

function spaces(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

function mark(text: string, logs: readonly LogInText[], sentinel: number): string {
  const stops = logs.flatMap(({ isBare, stop }) => (isBare ? [stop] : []));
  return [0, ...stops].map((stop, index) => text.slice(stop, stops[index])).join(` group ${sentinel}`);
}

/** The highest group that no number of the text is, in whatever base nft reads it. */
function unusedGroup(text: string): number {
  const used = new Set<number>();
  for (const [number] of text.matchAll(/0[xX][\da-fA-F]+|\d+/g)) {
    used.add(Number(number));
    if (/^0[0-7]+$/.test(number)) used.add(Number.parseInt(number, 8));
  }
  for (let group = GROUP_MAX; group >= 0; group -= 1) if (!used.has(group)) return group;
  throw new Fault("not-supported", "the text uses every number that a group can have", "give it in two files");
}

/** nft's JSON holds nothing of them that could be carried out. */
function refuseNamelessChains(tokens: readonly NftToken[], text: string, source: string): void {
  const at = tokens.findIndex((token, index) => /^(jump|goto)$/.test(token.text) && isSign(tokens[index + 1], "{"));
  if (at === -1) return;
  const message = "a chain without a name: nft cannot tell it in JSON, which is what is applied";
  throw new Fault("not-supported", message, "declare the chain, and jump to it by its name", {
    where: placeOf(text, source, tokens[at]?.start ?? 0),
  });
}

function insideOfBlock(where: string): Fault {
  return new Fault("bad-input", "a default log stands in no table", "put it before the tables", { where });
}

function mixedWithJson(where: string): Fault {
  const message = "JSON cannot stand beside a default log";
  return new Fault("bad-input", message, "write the tables as nft's text, or the default log in its own file", {
    where,
  });
}
