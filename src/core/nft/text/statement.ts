import { isObject, type Json, soleEntry } from "../json.ts";
import { expressionText, listText, verdictText } from "./expression.ts";
import { logText } from "./log.ts";
import { matchText } from "./match.ts";
import { isTooDeep, type Miss, only, shown } from "./miss.ts";
import { dupText, fwdText, natText, tproxyText } from "./nat.ts";
import { count, flagsOf, oneOf, quoted, reference } from "./quote.ts";
import { join, selectorText } from "./selector.ts";
import { listedText, mapStatementText, meterText, setStatementText } from "./set-statement.ts";
import { BARE, QUOTED, spellingsOf } from "./spelling.ts";
import { statefulText } from "./stateful.ts";

type Speller = (body: Json, miss: Miss) => string | undefined;

/** How a statement that hands a packet to a named object begins. */
const OBJECTS: ReadonlyMap<string, string> = new Map([
  ["counter", "counter name"],
  ["quota", "quota name"],
  ["limit", "limit name"],
  ["synproxy", "synproxy name"],
  ["tunnel", "tunnel name"],
  ["ct helper", "ct helper set"],
  ["ct timeout", "ct timeout set"],
  ["ct expectation", "ct expectation set"],
  ["secmark", "meta secmark set"],
]);

const REJECTS = ["icmp", "icmpv6", "icmpx"];

const SPELLERS: ReadonlyMap<string, Speller> = new Map<string, Speller>([
  ["match", matchText],
  ["vmap", (body, miss) => (isObject(body) ? expressionText({ vmap: body }, BARE, miss) : undefined)],
  ["log", logText],
  ["reject", reject],
  ...["snat", "dnat", "masquerade", "redirect"].map((kind): [string, Speller] => [
    kind,
    (body, miss) => natText(kind, body, miss),
  ]),
  ["tproxy", tproxyText],
  ["dup", dupText],
  ["fwd", fwdText],
  ["notrack", (body) => (body === null ? "notrack" : undefined)],
  ["mangle", mangle],
  ["reset", reset],
  ["queue", queue],
  ["synproxy", synproxy],
  ["flow", flow],
  ["set", setStatementText],
  ["map", mapStatementText],
  ["meter", meterText],
]);

/** One statement of a rule, as nft lists it. */
export function statementText(statement: Json, miss: Miss = shown): string {
  return isTooDeep(statement) ? miss(statement) : shallowStatementText(statement, miss);
}

/** One statement that is known not to be nested too deeply. */
export function shallowStatementText(statement: Json, miss: Miss): string {
  const [kind = "", body = null] = soleEntry(statement) ?? [];
  const speller = SPELLERS.get(kind);
  const text =
    speller === undefined
      ? (statefulText(statement) ?? objectText(kind, body, miss) ?? verdictText(statement, miss))
      : (speller(body, miss) ?? objectText(kind, body, miss));
  return text ?? listedText(statement) ?? miss(statement);
}

/** A statement that refers to an object by its name, or looks the name up. */
function objectText(kind: string, body: Json, miss: Miss): string | undefined {
  const before = OBJECTS.get(kind);
  if (before === undefined) return undefined;
  if (typeof body === "string") return `${before} ${quoted(body, miss)}`;
  return isObject(body) && body["map"] !== undefined ? `${before} ${expressionText(body, QUOTED, miss)}` : undefined;
}

function reject(body: Json, miss: Miss): string | undefined {
  if (body === null) return "reject";
  const given = only(body, ["type", "expr"]);
  if (given?.["type"] === "tcp reset" && given["expr"] === undefined) return "reject with tcp reset";
  const type = oneOf(given?.["type"], REJECTS);
  if (type === undefined) return undefined;
  return given?.["expr"] === undefined ? undefined : `reject with ${type} ${expressionText(given["expr"], BARE, miss)}`;
}

function mangle(body: Json, miss: Miss): string | undefined {
  const given = only(body, ["key", "value"]);
  if (given?.["key"] === undefined || given["value"] === undefined) return undefined;
  const { key, value } = given;
  const spellings = spellingsOf(key);
  const text = Array.isArray(value) ? listText(value, ",", spellings, miss) : expressionText(value, spellings, miss);
  return `${selectorText(key) ?? miss(key)} set ${text}`;
}

function reset(body: Json): string | undefined {
  const text = soleEntry(body)?.[0] === "tcp option" ? selectorText(body) : undefined;
  return text && `reset ${text}`;
}

function queue(body: Json, miss: Miss): string | undefined {
  if (body === null) return "queue";
  const given = only(body, ["num", "flags"]);
  const flags = flagsOf(given?.["flags"], ["bypass", "fanout"]);
  if (given === undefined || flags === undefined) return undefined;
  const said = flags.length === 0 ? [] : [`flags ${flags.join(",")}`];
  const to = given["num"] === undefined ? [] : [`to ${expressionText(given["num"], BARE, miss)}`];
  return ["queue", ...said, ...to].join(" ");
}

function synproxy(body: Json): string | undefined {
  if (body === null) return "synproxy";
  const given = only(body, ["mss", "wscale", "flags"]);
  const flags = flagsOf(given?.["flags"], ["timestamp", "sack-perm"]);
  const mss = given?.["mss"] === undefined ? "" : join("mss", count(given["mss"]));
  const wscale = given?.["wscale"] === undefined ? "" : join("wscale", count(given["wscale"]));
  return given && join("synproxy", mss, wscale, flags?.join(" "));
}

function flow(body: Json, miss: Miss): string | undefined {
  const given = only(body, ["op", "flowtable"]);
  return given?.["op"] === "add" ? `flow add ${reference(given["flowtable"], miss)}` : undefined;
}
