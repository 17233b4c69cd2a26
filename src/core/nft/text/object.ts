import { isObject, type Json, type JsonObject, soleEntry } from "../json.ts";
import { chainLines } from "./chain.ts";
import { isTooDeep, type Miss, only, shown } from "./miss.ts";
import { namedObjectLines } from "./named-object.ts";
import { flagsOf, quoted } from "./quote.ts";
import { shallowRuleText } from "./rule.ts";
import { setLines } from "./set.ts";

/** 1.0.6 lists the name of the table where a single flag should stand: which flag it is cannot be told. */
const TABLE_FLAGS = ["dormant", "owner", "persist"];

/**
 * What stands within the block of an object of a listing, line by line, without the block's head and its indentation: of
 * a chain what stands before its rules, of a rule its one line. An object that is not known is one line of JSON.
 */
export function objectLines(object: JsonObject, miss: Miss = shown): string[] {
  return isTooDeep(object) ? [miss(object)] : shallowObjectLines(object, miss);
}

/** The lines of an object that is known not to be nested too deeply. */
export function shallowObjectLines(object: JsonObject, miss: Miss): string[] {
  const [kind = "", body] = soleEntry(object) ?? [];
  if (!isObject(body)) return [miss(object)];
  switch (kind) {
    case "table":
      return tableLines(body, miss);
    case "chain":
      return chainLines(body, miss);
    case "rule":
      return [shallowRuleText(body, miss)];
    case "set":
    case "map":
    case "meter":
      return setLines(body, miss);
    default:
      return namedObjectLines(kind, body, miss) ?? [miss(object)];
  }
}

/** The flags and the comment of a table. */
function tableLines(table: JsonObject, miss: Miss): string[] {
  if (only(table, ["family", "name", "handle", "flags", "comment"]) === undefined) return [miss(table)];
  const comment = table["comment"] === undefined ? [] : [`comment ${quoted(table["comment"], miss)}`];
  return [...flagsLine(table["flags"], miss), ...comment];
}

function flagsLine(value: Json | undefined, miss: Miss): string[] {
  if (value === undefined) return [];
  const flags = flagsOf(value, TABLE_FLAGS);
  if (flags === undefined) return [`flags ${miss(value)}`];
  return flags.length === 0 ? [] : [`flags ${flags.join(",")}`];
}
