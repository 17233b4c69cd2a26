import { checkDefaultLog, type DefaultLog } from "./default-log.ts";
import { Fault } from "./fault.ts";

/** An object of libnftables-JSON, or of the intent: what it is was checked when the revision was made. */
type Anything = { readonly [key: string]: unknown };

/** A rule of an intent. */
interface RevisionRule {
  readonly document: Anything;
  /** `file:line:column`; known only to who has read the file: no revision keeps it. */
  readonly where?: (() => string) | undefined;
  /** Which template made it, and under which name it was used. */
  readonly use?: { readonly use: string; readonly as: string | null } | undefined;
}

/** The rules of a revision, not lowered yet: the default log may change below them. */
export type RevisionRules =
  | { readonly form: "none" }
  | {
      readonly form: "intent";
      /** The name of our own tables. */
      readonly table: string;
      readonly sets: Readonly<Record<string, Anything>>;
      /** The absolute path of the file that it was read from, if it was one. */
      readonly file?: string | undefined;
      readonly rules: readonly RevisionRule[];
      /** What nft made of `nft:` texts, by the rule's name. */
      readonly compiled: Readonly<Record<string, readonly unknown[]>>;
    }
  | {
      readonly form: "text";
      /** The tables of a file of nft text, as nft lists them. */
      readonly nftables: readonly Anything[];
      /** The group of log statements that name no destination; nobody else has it. */
      readonly sentinel: number;
    };

/** What was applied: kept so that it can be compared with, gone back to, and lowered again. */
export interface Revision {
  readonly netlogctl: typeof REVISION_FORMAT;
  readonly number: number;
  /** When, as ISO 8601 in UTC. */
  readonly time: string;
  /** What was asked for. */
  readonly title: string;
  /** The default log that goes with the rules, and all that was the default log then. */
  readonly wanted: DefaultLog;
  readonly defaultLog: DefaultLog;
  readonly allNetns: boolean | null;
  readonly rules: RevisionRules;
}

export const REVISION_FORMAT = "revision 1";

/** What a user wants to have applied: a revision that is not one yet. */
export type Wish = Pick<Revision, "title" | "wanted" | "allNetns" | "rules">;

/** Whether a value that was read is a wish: its files are ours alone, so what is looked at is what all else relies on. */
export function isWish(value: Partial<Wish>): value is Wish {
  const { title, wanted, rules } = value;
  return typeof title === "string" && isDefaultLog(wanted) && isRules(rules);
}

export function isDefaultLog(value: DefaultLog | undefined): boolean {
  if (!isRecord(value)) return false;
  try {
    if (Object.keys(value).length > 0) checkDefaultLog(value);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

function isRules(rules: unknown): boolean {
  if (!isRecord(rules)) return false;
  const { form, table, sets, compiled, nftables, sentinel } = rules;
  if (form === "none") return true;
  if (form === "text") return Array.isArray(nftables) && nftables.every(isNftObject) && Number.isInteger(sentinel);
  const documents = rules["rules"];
  return (
    form === "intent" &&
    typeof table === "string" &&
    isRecord(sets) &&
    isRecord(compiled) &&
    Array.isArray(documents) &&
    documents.every(isDocument)
  );
}

function isDocument(rule: unknown): boolean {
  if (!isRecord(rule) || !isRecord(rule["document"])) return false;
  const { name, log, hook, into } = rule["document"];
  return typeof name === "string" && isRecord(log) && typeof (hook ?? into) === "string";
}

function isNftObject(object: unknown): boolean {
  return isRecord(object) && Object.values(object).every(isRecord);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
