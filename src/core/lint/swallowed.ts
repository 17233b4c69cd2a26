import { pathText } from "../intent/positions.ts";
import { didYouMean } from "../nearest.ts";
import { LOG_CONFLICTS, NO_SUCH_KEY, type Wrong, wrongInStatement } from "../nft/grammar.ts";
import { isObject, type Json, type JsonObject } from "../nft/json.ts";
import type { Complaint, RuleView } from "./rule-view.ts";

const RULE_KEYS = ["family", "table", "chain", "handle", "index", "position", "comment", "expr"];

/** These have codes of their own. */
const SAID_ELSEWHERE = new Set(LOG_CONFLICTS.map(({ message }) => message));

/** What libnftables passes over silently. What only a newer nft may know is not: nft says so itself. */
export function swallowedComplaints({ rule }: RuleView): Complaint[] {
  const statements = Array.isArray(rule["expr"]) ? (rule["expr"] as readonly Json[]) : [];
  return [...misspeltKeys(rule), ...statements.flatMap(inStatement)];
}

/** A key that looks like one that a rule has; any other may be a newer nft's. */
function misspeltKeys(rule: JsonObject): Complaint[] {
  return Object.keys(rule).flatMap((key) => {
    const hint = RULE_KEYS.includes(key) ? "" : didYouMean(key, RULE_KEYS);
    return hint === "" ? [] : [complaint([key], NO_SUCH_KEY, hint)];
  });
}

function inStatement(statement: Json, index: number): Complaint[] {
  const wrongs = wrongInStatement(statement);
  if (wrongs.length === 0) return [];
  return wrongs
    .filter((wrong) => !wrong.isUnknownKind && !isSaidElsewhere(wrong, statement))
    .map((wrong) => {
      const word = wordOf(wrong, statement);
      const hint = typeof word === "string" ? didYouMean(word, wrong.known) : "";
      return complaint(["expr", index, ...wrong.path], wrong.message, hint);
    });
}

function isSaidElsewhere({ path, message }: Wrong, statement: Json): boolean {
  if (path[0] !== "log") return false;
  return SAID_ELSEWHERE.has(message) || (path[1] === "prefix" && typeof valueAt(statement, path) === "string");
}

/** The word that may be misspelt: the key, or what stands under it. */
function wordOf({ path, message }: Wrong, statement: Json): unknown {
  return message === NO_SUCH_KEY ? path.at(-1) : valueAt(statement, path);
}

function valueAt(json: Json, path: Wrong["path"]): Json | undefined {
  return path.reduce<Json | undefined>((value, part) => {
    if (Array.isArray(value)) return (value as readonly Json[])[Number(part)];
    return isObject(value) ? value[part] : undefined;
  }, json);
}

function complaint(path: Wrong["path"], message: string, hint: string): Complaint {
  return { code: "swallowed", message: `${pathText(path)}: ${message}${hint === "" ? "" : `; ${hint.trim()}`}` };
}
