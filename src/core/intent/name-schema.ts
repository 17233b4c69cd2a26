import * as z from "zod";
import { CODES, type LintCode } from "../lint/codes.ts";
import { didYouMean } from "../nearest.ts";
import { isKeyword } from "../nft/text/keywords.ts";
import { RULE_NAME, TABLE_NAME } from "./names.ts";

/** A rule's or a template's name. */
export const Name = z.string().regex(RULE_NAME, "must be lower-case letters, digits, - and _, 48 at most");

/** What nft takes for its own only behind `limit` or an @ (tried with nft 1.0.6 and 1.1.7). */
const WORDS_BESIDE = new Set(
  "burst bytes hour kbytes last ll mbytes minute name nh over packets rate second week".split(" "),
);

/** The name of an object of ours: it stands bare in nft's text. */
export const ObjectName = Name.refine(
  (name) => !isKeyword(name) && !WORDS_BESIDE.has(name),
  "is a word of nft's own: nft could not read its listing back",
);
/** The name of our own table. */
export const TableName = z
  .string()
  .regex(TABLE_NAME, "must be a name such as netlogctl")
  .refine((name) => !isKeyword(name), "is a word of nft's own: nft could not read its listing back");
/** An interface that a chain hangs on. */
export const Device = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/, "must be the name of an interface, such as eth0");

const LINT_CODES = Object.keys(CODES) as [LintCode];

/** Findings of the linter that are known and meant. */
export const Accept = z
  .array(
    z.enum(LINT_CODES, {
      error: ({ input }) => `${didYouMean(String(input), LINT_CODES)}known codes are ${LINT_CODES.join(", ")}`,
    }),
  )
  .describe("codes of netlogctl rules lint that are meant so");
