import { isObject, type Json, type JsonObject } from "../json.ts";
import { expressionText, listText, rightText } from "./expression.ts";
import { type Miss, only } from "./miss.ts";
import { count, oneOf } from "./quote.ts";
import { BARE, isBinary, isBits, spellingsOf } from "./spelling.ts";

const OPERATORS = ["==", "!=", "<", ">", "<=", ">=", "in", "!"];

/** A comparison: `tcp dport 22`, `ct state established,related`; undefined for what is none. */
export function matchText(body: Json, miss: Miss): string | undefined {
  const given = only(body, ["op", "left", "right"]);
  const operator = oneOf(given?.["op"], OPERATORS);
  if (given?.["left"] === undefined || given["right"] === undefined || operator === undefined) return undefined;
  const left = optionByNumber(given) ?? expressionText(given["left"], BARE, miss);
  const sign = isSilent(operator, given) ? "" : `${operator} `;
  return `${left} ${sign}${comparedWith(given["left"], given["right"], miss)}`;
}

/** nft takes a comparison that names no operator for one of any of these bits, where there are bits. */
function isSilent(operator: string, { left, right }: JsonObject): boolean {
  if (operator === "in") return true;
  if (operator !== "==" || isBinary(left)) return false;
  return !isBits(left) || (isObject(right) && right["set"] !== undefined);
}

function comparedWith(left: Json, right: Json, miss: Miss): string {
  const spellings = spellingsOf(left);
  if (Array.isArray(right)) return listText(right, isBinary(left) ? " | " : ",", spellings, miss);
  return rightText(right, spellings, miss);
}

/** Whether an option of TCP is there is asked by its number where it has no name; nft lists its first byte. */
function optionByNumber({ left, right }: JsonObject): string | undefined {
  const option = isObject(left) ? only(left["tcp option"], ["base", "offset", "len"]) : undefined;
  if (typeof right !== "boolean" || option?.["offset"] !== 0 || option["len"] !== 8) return undefined;
  const base = count(option["base"]);
  return base && `tcp option ${base}`;
}
