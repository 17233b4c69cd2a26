import { isObject, type Json, soleEntry } from "../json.ts";
import { only } from "./miss.ts";
import { count, flagsOf, oneOf, word } from "./quote.ts";

/** What a rule can look at, in nft's text; undefined for what is not known. */
type Speller = (body: Json) => string | undefined;

const META_UNQUALIFIED = "iif oif iifname oifname iifgroup oifgroup".split(" ");
const META_QUALIFIED =
  "length protocol priority mark iiftype oiftype iifkind oifkind skuid skgid nftrace rtclassid ibrname obrname pkttype cpu cgroup random ipsec nfproto l4proto secmark time day hour sdif sdifname broute ibrpvid ibrvproto ibrhwaddr".split(
    " ",
  );
const CT_KEYS =
  "state direction status mark expiration helper l3proto saddr daddr protocol proto-src proto-dst label packets bytes avgpkt zone event secmark id".split(
    " ",
  );
const CT_ADDRESSES = ["ip saddr", "ip daddr", "ip6 saddr", "ip6 daddr"];
const PROTOCOLS =
  "ether vlan arp ip ip6 icmp icmpv6 igmp tcp udp udplite sctp dccp esp ah comp th gre gretap vxlan geneve".split(" ");
const TUNNELS = ["gre", "gretap", "vxlan", "geneve"];
const ARP_ADDRESSES = ["saddr ip", "daddr ip", "saddr ether", "daddr ether"];
const EXTENSIONS = ["hbh", "rt", "rt0", "rt2", "srh", "frag", "dst", "mh"];
const FIB_FLAGS = ["saddr", "daddr", "mark", "iif", "oif"];
const FAMILIES = ["ip", "ip6"];

const SPELLERS: ReadonlyMap<string, Speller> = new Map<string, Speller>([
  ["meta", meta],
  ["ct", ct],
  ["payload", payload],
  ["exthdr", (body) => header("", body, EXTENSIONS)],
  ["ip option", (body) => header("ip option ", body)],
  ["sctp chunk", (body) => header("sctp chunk ", body)],
  ["tcp option", tcpOption],
  ["dccp option", (body) => join("dccp option", count(only(body, ["type"])?.["type"]))],
  ["rt", rt],
  ["socket", (body) => join("socket", oneOf(only(body, ["key"])?.["key"], ["transparent", "mark", "wildcard"]))],
  ["osf", osf],
  ["fib", fib],
  ["ipsec", ipsec],
  ["tunnel", (body) => join("tunnel", oneOf(only(body, ["key"])?.["key"], ["path", "id"]))],
  ["numgen", numgen],
  ["symhash", (body) => join("symhash", hashing(only(body, ["mod", "seed", "offset"])))],
]);

/** What a rule looks at: `meta l4proto`, `tcp dport`; undefined for what is none, or not known. */
export function selectorText(expression: Json): string | undefined {
  const [kind = "", body = null] = soleEntry(expression) ?? [];
  return SPELLERS.get(kind)?.(body);
}

/** The modulus of a hash, with its seed and offset: `mod 2 seed 0xdeadbeef offset 100`. */
export function hashing(body: { readonly [key: string]: Json } | undefined): string | undefined {
  if (body === undefined) return undefined;
  const seed = count(body["seed"] ?? 0);
  const offset = offsetOf(body["offset"]);
  const tail = seed === undefined || offset === undefined ? undefined : `${seedText(body["seed"])}${offset}`;
  const mod = count(body["mod"]);
  return mod === undefined || tail === undefined ? undefined : `mod ${mod}${tail}`;
}

/** Words with spaces between; undefined if one of them is. */
export function join(...words: readonly (string | undefined)[]): string | undefined {
  return words.includes(undefined) ? undefined : words.filter((one) => one !== "").join(" ");
}

function seedText(seed: Json | undefined): string {
  return seed === undefined ? "" : ` seed 0x${Number(seed).toString(16)}`;
}

function offsetOf(offset: Json | undefined): string | undefined {
  const text = count(offset ?? 0);
  return text === undefined || text === "0" ? text && "" : ` offset ${text}`;
}

function meta(body: Json): string | undefined {
  const key = only(body, ["key"])?.["key"];
  return oneOf(key, META_UNQUALIFIED) ?? join("meta", oneOf(key, META_QUALIFIED));
}

function ct(body: Json): string | undefined {
  const given = only(body, ["key", "dir", "family"]);
  if (given === undefined) return undefined;
  const dir = given["dir"] === undefined ? "" : oneOf(given["dir"], ["original", "reply"]);
  const family = given["family"] === undefined ? "" : oneOf(given["family"], FAMILIES);
  return join("ct", dir, family, oneOf(given["key"], CT_KEYS) ?? oneOf(given["key"], CT_ADDRESSES));
}

function payload(body: Json): string | undefined {
  if (isObject(body) && body["base"] !== undefined) return rawPayload(body);
  const given = only(body, ["tunnel", "protocol", "field"]);
  if (given === undefined) return undefined;
  const { tunnel, protocol, field } = given;
  const outer = tunnel === undefined || tunnel === protocol ? "" : oneOf(tunnel, TUNNELS);
  return join(outer, oneOf(protocol, PROTOCOLS), fieldText(field) ?? oneOf(field, ARP_ADDRESSES));
}

/** A field of a header; what libnftables itself does not know it lists as "unknown". */
function fieldText(field: Json | undefined): string | undefined {
  // nft lists this field of icmpv6 by a name that it does not read.
  if (field === "parameter-problem") return "param-problem";
  return field === "unknown" ? undefined : word(field);
}

function rawPayload(body: Json): string | undefined {
  const given = only(body, ["base", "offset", "len"]);
  const base = oneOf(given?.["base"], ["ll", "nh", "th", "ih"]);
  const place = [count(given?.["offset"]), count(given?.["len"])];
  return base === undefined || place.includes(undefined) ? undefined : `@${[base, ...place].join(",")}`;
}

/** A header or option by its name, and where given a field of it: without, it is asked whether it is there. */
function header(before: string, body: Json, names?: readonly string[]): string | undefined {
  const given = only(body, ["name", "field"]);
  if (given === undefined) return undefined;
  const name = names === undefined ? word(given["name"]) : oneOf(given["name"], names);
  if (given["field"] === undefined) return name && `${names === undefined ? before : "exthdr "}${name}`;
  return join(`${before}${name ?? ""}`, name && fieldText(given["field"]));
}

function tcpOption(body: Json): string | undefined {
  if (!isObject(body) || body["base"] === undefined) return header("tcp option ", body);
  const given = only(body, ["base", "offset", "len"]);
  const place = [given?.["base"], given?.["offset"], given?.["len"]].map(count);
  return place.includes(undefined) ? undefined : `tcp option @${place.join(",")}`;
}

function rt(body: Json): string | undefined {
  const given = only(body, ["key", "family"]);
  const family = given?.["family"] === undefined ? "" : oneOf(given["family"], FAMILIES);
  return join("rt", family, oneOf(given?.["key"], ["classid", "nexthop", "mtu", "ipsec"]));
}

function osf(body: Json): string | undefined {
  const given = only(body, ["key", "ttl"]);
  const ttl = given?.["ttl"] === undefined ? "" : join("ttl", oneOf(given["ttl"], ["loose", "skip"]));
  return join("osf", ttl, oneOf(given?.["key"], ["name", "version"]));
}

function fib(body: Json): string | undefined {
  const given = only(body, ["result", "flags"]);
  const flags = flagsOf(given?.["flags"], FIB_FLAGS);
  return join("fib", flags?.join(" . "), oneOf(given?.["result"], ["oif", "oifname", "type", "check"]));
}

function ipsec(body: Json): string | undefined {
  const given = only(body, ["key", "family", "dir", "spnum"]);
  if (given === undefined) return undefined;
  const number = count(given["spnum"] ?? 0);
  const family = given["family"] === undefined ? "" : oneOf(given["family"], FAMILIES);
  const spnum = number === undefined || number === "0" ? number && "" : `spnum ${number}`;
  return join(
    "ipsec",
    oneOf(given["dir"], ["in", "out"]),
    spnum,
    family,
    oneOf(given["key"], ["saddr", "daddr", "spi", "reqid"]),
  );
}

function numgen(body: Json): string | undefined {
  const given = only(body, ["mode", "mod", "offset"]);
  return join("numgen", oneOf(given?.["mode"], ["inc", "random"]), hashing(given));
}
