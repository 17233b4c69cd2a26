import { isWord, type NftToken } from "./nft-tokens.ts";

/** A log statement in nft's text. */
export interface LogInText {
  /** Offsets of the word `log`. */
  readonly start: number;
  readonly stop: number;
  /** It names no destination: nothing but a prefix. */
  readonly isBare: boolean;
  /** It names a destination in words of which nothing is left in the kernel, such as `level warn`. */
  readonly isUntold: boolean;
}

/** What a log statement can hold beside a prefix (nft(8), LOG STATEMENT); any of it names a destination. */
const NAMING = ["level", "group", "snaplen", "queue-threshold", "flags"];

/**
 * The log statements of a text. `log` is a keyword of nft's everywhere: no table, chain, set or variable can be called so,
 * and no variable can hold a statement or stand for one of its words.
 */
export function logsIn(tokens: readonly NftToken[]): LogInText[] {
  const logs: LogInText[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as NftToken;
    if (!isWord(token, "log")) continue;
    const { given, next } = wordsOf(tokens, index + 1);
    logs.push({ start: token.start, stop: token.stop, isBare: given.size === 0, isUntold: isUntold(given) });
    index = next - 1;
  }
  return logs;
}

/** What a statement's words say, each with its value, in whatever order; and the token behind them. */
function wordsOf(tokens: readonly NftToken[], from: number): { given: Map<string, string>; next: number } {
  const given = new Map<string, string>();
  let next = from;
  for (;;) {
    const name = tokens[next]?.kind === "word" ? (tokens[next]?.text ?? "") : "";
    if (name !== "prefix" && !NAMING.includes(name)) return { given, next };
    if (name !== "prefix") given.set(name, tokens[next + 1]?.text ?? "");
    next = Math.min(afterValue(tokens, next + 1, name === "flags"), tokens.length);
  }
}

/** A value is one token, or a variable; flags are words with commas between, such as `tcp sequence,options`. */
function afterValue(tokens: readonly NftToken[], from: number, isFlags: boolean): number {
  const value = tokens[from];
  if (value === undefined || value.kind === "newline" || /^[;{}]$/.test(value.text)) return from;
  if (value.text === "$") return from + 2;
  if (!isFlags) return from + 1;
  let next = /^(tcp|ip)$/.test(value.text) ? from + 2 : from + 1;
  while (tokens[next]?.text === ",") next += 2;
  return next;
}

function isUntold(given: ReadonlyMap<string, string>): boolean {
  const level = given.get("level") ?? "warn";
  return given.size > 0 && !given.has("group") && !given.has("flags") && /^("?warn"?|\$)$/.test(level);
}
