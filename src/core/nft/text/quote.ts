import { UNSEEN } from "../../model/unseen.ts";
import type { Json } from "../json.ts";
import { isKeyword } from "./keywords.ts";
import type { Miss } from "./miss.ts";

/** Between quotes nft knows no escape character: what ends the string or the line cannot be said. */
const UNQUOTABLE = new RegExp(`["${UNSEEN}]`, "u");

/** scanner.l, `string`; a single dot is a token of its own. */
const NAME = /^(?:[A-Za-z_][A-Za-z0-9/_.-]*|\.[A-Za-z0-9/_.-]+)$/;

/** A token of nft's grammar, such as the field of a header: `dport`, `seg-left`, `sid[1]`. */
const WORD = /^[a-z0-9][a-z0-9_-]*(?:\[\d{1,2}\])?$/;

/** A string between quotes. */
export function quoted(value: Json | undefined, miss: Miss): string {
  return isQuotable(value) ? `"${value}"` : miss(value ?? null);
}

/** The prefix of a log statement, in which nft expands `$name`, and which 1.1 wants not to be empty. */
export function quotedPrefix(value: Json, miss: Miss): string {
  return isQuotable(value) && value !== "" && !value.includes("$") ? `"${value}"` : miss(value);
}

/** Whether nft gives a string back that is written between quotes. */
export function isQuotable(value: Json | undefined): value is string {
  return typeof value === "string" && !UNQUOTABLE.test(value);
}

/** The name of a table, chain, set or other object, which nft never takes between quotes. */
export function name(value: Json | undefined, miss: Miss): string {
  return isName(value) && !isKeyword(value) ? value : miss(value ?? null);
}

/** Whether the value is spelled like a name, keyword or not. */
function isName(value: Json | undefined): value is string {
  return typeof value === "string" && NAME.test(value);
}

/** The set that `@name` refers to. */
export function reference(value: Json | undefined, miss: Miss): string {
  if (typeof value !== "string" || !value.startsWith("@")) return miss(value ?? null);
  const bare = value.slice(1);
  return isName(bare) && !isKeyword(bare) && bare !== "ll" && bare !== "nh" ? value : miss(value);
}

/** A token of nft's own; undefined for anything else. */
export function word(value: Json | undefined): string | undefined {
  return typeof value === "string" && WORD.test(value) ? value : undefined;
}

/** One of these tokens; undefined for anything else. */
export function oneOf(value: Json | undefined, words: readonly string[]): string | undefined {
  return typeof value === "string" && words.includes(value) ? value : undefined;
}

/** Flags, which nft lists as a string or as a list; undefined if one is not known. */
export function flagsOf(value: Json | undefined, known: readonly string[]): readonly string[] | undefined {
  const flags = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
  return flags.every((flag) => oneOf(flag, known) !== undefined) ? flags : undefined;
}

/** A whole number that is not negative; undefined for anything else, and for what JSON has rounded. */
export function count(value: Json | undefined): string | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : undefined;
}
