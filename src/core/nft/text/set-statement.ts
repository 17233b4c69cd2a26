import type { Json, JsonObject } from "../json.ts";
import { expressionText } from "./expression.ts";
import { type Miss, only } from "./miss.ts";
import { count, name, oneOf, reference } from "./quote.ts";
import { BARE } from "./spelling.ts";
import { statefulTexts } from "./stateful.ts";

const OPERATIONS = ["add", "update", "delete"];

// nft before 1.0.7 has no JSON for statements that add to a map and lists their text instead. Between the braces stands
// nothing that could end the statement, open a string or begin a comment.
const MAP_TEXT = /^(?:add|update|delete) @[A-Za-z_][A-Za-z0-9/_.-]* \{ [A-Za-z0-9 .:/_&|^<>()-]+ \}$/;

/** `add @seen { ip saddr timeout 1m }`; undefined for what is none. */
export function setStatementText(body: Json, miss: Miss): string | undefined {
  const given = only(body, ["op", "elem", "set", "stmt"]);
  return given && changeText(given, given["set"], miss);
}

/** `update @marks { ip saddr : meta mark }`; undefined for what is none. */
export function mapStatementText(body: Json, miss: Miss): string | undefined {
  const given = only(body, ["op", "elem", "data", "map", "stmt"]);
  return given?.["data"] === undefined ? undefined : changeText(given, given["map"], miss);
}

/** The text that nft lists for a statement that adds to a map where it has no JSON for it; undefined for any other. */
export function listedText(statement: Json): string | undefined {
  return typeof statement === "string" && MAP_TEXT.test(statement) ? statement : undefined;
}

/** `meter m size 128 { ip saddr limit rate 10/second }`; undefined for what is none. */
export function meterText(body: Json, miss: Miss): string | undefined {
  const given = only(body, ["key", "stmt", "size", "name"]);
  const size = given?.["size"] === undefined ? [] : [`size ${count(given["size"]) ?? miss(given["size"])}`];
  if (given?.["key"] === undefined || given["stmt"] === undefined || given["name"] === undefined) return undefined;
  const inner = [expressionText(given["key"], BARE, miss), ...statefulTexts(given["stmt"], miss)];
  return ["meter", name(given["name"], miss), ...size, `{ ${inner.join(" ")} }`].join(" ");
}

function changeText(given: JsonObject, target: Json | undefined, miss: Miss): string | undefined {
  const operation = oneOf(given["op"], OPERATIONS);
  if (operation === undefined || given["elem"] === undefined) return undefined;
  const inner = [expressionText(given["elem"], BARE, miss), ...statefulTexts(given["stmt"], miss)].join(" ");
  const data = given["data"] === undefined ? "" : ` : ${expressionText(given["data"], BARE, miss)}`;
  return `${operation} ${reference(target, miss)} { ${inner}${data} }`;
}
