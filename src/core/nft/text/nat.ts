import { isObject, type Json, type JsonObject } from "../json.ts";
import { expressionText } from "./expression.ts";
import { type Miss, only } from "./miss.ts";
import { flagsOf, oneOf } from "./quote.ts";
import { BARE, QUOTED } from "./spelling.ts";
import { isAddress } from "./value.ts";

const NAT_KEYS = ["family", "addr", "port", "flags", "type_flags"];
// nft says "netmap" with the prefix, and has no word of its own for it.
const NAT_FLAGS = ["random", "fully-random", "persistent", "netmap"];
const TYPE_FLAGS = ["interval", "prefix", "concat"];
const FAMILIES = ["ip", "ip6"];

/** `snat to 1.2.3.4`, `dnat ip to 10.0.0.1:80`, `masquerade`, `redirect to :8080`; undefined for what is none. */
export function natText(kind: string, body: Json, miss: Miss): string | undefined {
  if (body === null) return kind;
  const given = only(body, NAT_KEYS);
  const flags = flagsOf(given?.["flags"], NAT_FLAGS);
  const types = flagsOf(given?.["type_flags"], TYPE_FLAGS);
  if (given === undefined || flags === undefined || types === undefined) return undefined;
  const target = targetText(given, types.includes("prefix") ? ["prefix"] : [], miss);
  const said = flags.filter((flag) => flag !== "netmap").join(",");
  return target === undefined ? undefined : [kind, ...target, ...(said === "" ? [] : [said])].join(" ");
}

/** `tproxy to :50080`; undefined for what is none. */
export function tproxyText(body: Json, miss: Miss): string | undefined {
  const given = only(body, ["family", "addr", "port"]);
  const target = given && targetText(given, [], miss);
  return target === undefined || target.length === 0 ? undefined : ["tproxy", ...target].join(" ");
}

/** `dup to 10.0.0.1 device "eth0"`; in netdev tables `dup to "eth0"`; undefined for what is none. */
export function dupText(body: Json, miss: Miss): string | undefined {
  const given = only(body, ["addr", "dev"]);
  if (given?.["addr"] === undefined) return undefined;
  return `dup to ${place(given["addr"], miss)}${given["dev"] === undefined ? "" : ` device ${device(given["dev"], miss)}`}`;
}

/** `fwd to "eth0"`, `fwd ip to 10.0.0.1 device "eth0"`; undefined for what is none. */
export function fwdText(body: Json, miss: Miss): string | undefined {
  const given = only(body, ["dev", "family", "addr"]);
  if (given?.["dev"] === undefined) return undefined;
  if (given["addr"] === undefined && given["family"] === undefined) return `fwd to ${device(given["dev"], miss)}`;
  const family = oneOf(given["family"], FAMILIES);
  if (given["addr"] === undefined || family === undefined) return undefined;
  return `fwd ${family} to ${expressionText(given["addr"], BARE, miss)} device ${device(given["dev"], miss)}`;
}

function targetText(given: JsonObject, words: readonly string[], miss: Miss): string[] | undefined {
  const { family, addr, port } = given;
  if (family !== undefined && oneOf(family, FAMILIES) === undefined) return undefined;
  if (addr === undefined && port === undefined) return family === undefined && words.length === 0 ? [] : undefined;
  const to = port === undefined ? "" : `:${expressionText(port, BARE, miss)}`;
  const at = addr === undefined ? "" : addressText(addr, port !== undefined, miss);
  return [...(family === undefined ? [] : [String(family)]), ...words, "to", `${at}${to}`];
}

/** Before a port an IPv6 address stands in brackets, or nft could not tell where the port begins. */
function addressText(addr: Json, isBeforePort: boolean, miss: Miss): string {
  const range = isObject(addr) ? addr["range"] : undefined;
  if (Array.isArray(range) && range.length === 2)
    return range.map((end) => bracketed(end, isBeforePort, miss)).join("-");
  return bracketed(addr, isBeforePort, miss);
}

function bracketed(addr: Json, isBeforePort: boolean, miss: Miss): string {
  const text = expressionText(addr, BARE, miss);
  return isBeforePort && isAddress(addr) && text.includes(":") ? `[${text}]` : text;
}

function device(value: Json, miss: Miss): string {
  return expressionText(value, QUOTED, miss);
}

/** A packet is duplicated to an address, or in a netdev table to an interface. */
function place(value: Json, miss: Miss): string {
  return typeof value === "string" && !isAddress(value) ? device(value, miss) : expressionText(value, BARE, miss);
}
