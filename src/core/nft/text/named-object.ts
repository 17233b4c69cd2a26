import type { Json, JsonObject } from "../json.ts";
import { devicesText } from "./chain.ts";
import { type Miss, only } from "./miss.ts";
import { priorityText } from "./priority.ts";
import { count, flagsOf, oneOf, quoted, word } from "./quote.ts";
import { join } from "./selector.ts";
import { counterAmounts, limitRate } from "./stateful.ts";
import { milliseconds } from "./time.ts";

/** What stands in the block of an object, without its comment; undefined for what is not known. */
type Speller = (fields: JsonObject, miss: Miss) => readonly (string | undefined)[];

const UNITS = [
  ["bytes", 1],
  ["kbytes", 1024],
  ["mbytes", 1_048_576],
] as const;
const IDENTITY = ["family", "table", "name", "handle", "comment"];
const FAMILIES = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

const SPELLERS: ReadonlyMap<string, Speller> = new Map<string, Speller>([
  ["counter", (fields) => [counterAmounts(fields)]],
  ["quota", quota],
  ["limit", (fields) => [limitRate(fields)]],
  ["ct helper", helper],
  ["ct timeout", ctTimeout],
  ["ct expectation", expectation],
  ["secmark", (fields, miss) => [only(fields, ["context"]) && quoted(fields["context"], miss)]],
  ["synproxy", synproxy],
  ["flowtable", flowtable],
]);

/** What stands in the block of a counter, quota, limit, flowtable and the like; undefined for another kind of object. */
export function namedObjectLines(kind: string, object: JsonObject, miss: Miss): string[] | undefined {
  const fields = Object.fromEntries(Object.entries(object).filter(([key]) => !IDENTITY.includes(key)));
  const lines = SPELLERS.get(kind)?.({ ...fields, ...familyOf(kind, object) }, miss);
  if (lines === undefined) return undefined;
  const comment = object["comment"] === undefined ? [] : [`comment ${quoted(object["comment"], miss)}`];
  return lines.includes(undefined) ? [miss(object)] : [...comment, ...lines.filter(isLine)];
}

function isLine(line: string | undefined): line is string {
  return line !== undefined && line !== "";
}

/** Only the priority of a flowtable is spelled by the family. */
function familyOf(kind: string, { family = null }: JsonObject): JsonObject {
  return kind === "flowtable" ? { family } : {};
}

function quota(fields: JsonObject): (string | undefined)[] {
  const given = only(fields, ["bytes", "used", "inv"]);
  const used = (given?.["used"] ?? 0) === 0 ? "" : join("used", bytesText(given?.["used"]));
  return [join(given?.["inv"] === true ? "over" : "", bytesText(given?.["bytes"]), used)];
}

/** In the largest unit that gives a whole number, as nft spells it. */
function bytesText(bytes: Json | undefined): string | undefined {
  if (count(bytes) === undefined) return undefined;
  const unit = UNITS.findLast(([, size]) => Number(bytes) % size === 0 && Number(bytes) > 0) ?? ["bytes", 1];
  return `${Number(bytes) / unit[1]} ${unit[0]}`;
}

function helper(fields: JsonObject, miss: Miss): (string | undefined)[] {
  const given = only(fields, ["type", "protocol", "l3proto"]);
  if (given === undefined) return [undefined];
  return [join("type", quoted(given["type"], miss), "protocol", protocolText(given["protocol"])), l3proto(given)];
}

function ctTimeout(fields: JsonObject, miss: Miss): (string | undefined)[] {
  const given = only(fields, ["protocol", "l3proto", "policy"]);
  if (given === undefined) return [undefined];
  return [join("protocol", protocolText(given["protocol"])), l3proto(given), policyLine(given["policy"] ?? null, miss)];
}

function policyLine(policy: Json, miss: Miss): string {
  if (policy === null) return "";
  const states = typeof policy === "object" && !Array.isArray(policy) ? Object.entries(policy as JsonObject) : [];
  if (states.length === 0) return `policy = ${miss(policy)}`;
  const texts = states.map(([state, time]) => stateText(word(state), time) ?? miss({ [state]: time }));
  return `policy = { ${texts.join(", ")} }`;
}

/** 1.0.6 takes seconds as a bare number only, and 1.1 takes that too. */
function stateText(state: string | undefined, time: Json): string | undefined {
  return join(state, ":", count(time));
}

function expectation(fields: JsonObject): (string | undefined)[] {
  const given = only(fields, ["protocol", "dport", "timeout", "size", "l3proto"]);
  if (given === undefined) return [undefined];
  return [
    join("protocol", protocolText(given["protocol"])),
    join("dport", count(given["dport"])),
    // Unlike all other times of JSON these are milliseconds.
    join("timeout", milliseconds(given["timeout"])),
    join("size", count(given["size"])),
    l3proto(given),
  ];
}

function synproxy(fields: JsonObject): (string | undefined)[] {
  const given = only(fields, ["mss", "wscale", "flags"]);
  const flags = flagsOf(given?.["flags"], ["timestamp", "sack-perm"]);
  return [join("mss", count(given?.["mss"])), join("wscale", count(given?.["wscale"])), flags?.join(" ")];
}

function flowtable(fields: JsonObject, miss: Miss): (string | undefined)[] {
  const given = only(fields, ["family", "hook", "prio", "dev", "flags"]);
  if (given === undefined) return [undefined];
  const { hook, prio, dev } = given;
  // The hooks of flowtables are those of netdev, whatever the family of the table is.
  const priority = Number.isSafeInteger(prio) ? priorityText(Number(prio), "netdev", "ingress") : undefined;
  const flags = flagsOf(given["flags"], ["offload"]);
  return [
    hook === undefined && prio === undefined ? "" : join("hook", oneOf(hook, ["ingress"]), "priority", priority),
    dev === undefined ? "" : `devices = ${devicesText(dev, miss)}`,
    flags && (flags.length === 0 ? "" : `flags ${flags.join(",")}`),
  ];
}

function l3proto({ l3proto: family }: JsonObject): string | undefined {
  return family === undefined ? "" : join("l3proto", oneOf(family, FAMILIES));
}

function protocolText(protocol: Json | undefined): string | undefined {
  return oneOf(protocol, ["tcp", "udp"]);
}
