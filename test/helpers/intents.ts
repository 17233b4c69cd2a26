import fc from "fast-check";
import { faultOfValue } from "../../src/core/intent/match.ts";
import { FIELDS, type Field } from "../../src/core/intent/vocabulary.ts";
import { Prefix } from "../../src/core/model/prefix.ts";

const L4 = ["tcp", "udp", "sctp", "icmp", "icmpv6"];
const L3 = ["ip", "ip6"];

const port = fc.oneof(
  fc.integer({ min: 0, max: 65_535 }),
  fc.tuple(fc.nat(65_534), fc.nat(65_534)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b) + 1}`),
);
const name = fc.stringMatching(/^[a-z0-9._:-]{1,12}[*]?$/).filter((text) => !/^\.{1,2}\*?$/.test(text));
const address4 = fc.oneof(
  fc.ipV4(),
  fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, length]) => `${address}/${length}`),
);
const address6 = fc.oneof(
  fc.ipV6(),
  fc.tuple(fc.ipV6(), fc.nat(128)).map(([address, length]) => `${address}/${length}`),
);
const mac = fc.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
const mark = fc.oneof(
  fc.nat(0xffff_ffff),
  fc.nat(0xffff).map((number) => `0x${number.toString(16)}`),
);

/** One value of a field. */
function item(field: Field): fc.Arbitrary<string | number> {
  const path = field.path;
  if (/^[io]ifname$/.test(path)) return name;
  if (/\.[sd]port$/.test(path)) return port;
  if (path === "vlan.id") return fc.nat(4095);
  if (path.startsWith("ip.")) return address4;
  if (path.startsWith("ip6.")) return address6;
  if (path.startsWith("ether.")) return mac;
  if (path.endsWith("mark")) return mark;
  return fc.constantFrom(...field.kind.expected.replace(/^one of /, "").split(", "));
}

/** A value, a list, or either with a ! before each. */
function valuesOf(field: Field): fc.Arbitrary<string | number | (string | number)[]> {
  const list = fc.uniqueArray(item(field), { minLength: 1, maxLength: 4, selector: String });
  return fc
    .tuple(fc.oneof(item(field), list), fc.boolean())
    .map(([value, isNot]) => {
      const not = (one: string | number): string | number => (isNot ? `!${one}` : one);
      return Array.isArray(value) ? value.map(not) : not(value);
    })
    .filter((value) => faultOfValue(field, value) === undefined);
}

const limits = fc.constantFrom(
  "5/minute",
  "1/second burst 1",
  "over 10/hour burst 3",
  "100 kbytes/second",
  "2 mbytes/minute burst 10 kbytes",
);
const prefixes = fc
  .string({ minLength: 1, maxLength: 40, unit: "grapheme" })
  .filter((text) => Prefix.safeParse(text).success && text.trim() !== "");
const logs = fc.oneof(
  fc.record({ prefix: prefixes }, { requiredKeys: [] }),
  fc.record(
    {
      prefix: prefixes,
      level: fc.constantFrom("emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"),
      flags: fc.uniqueArray(fc.constantFrom("tcp sequence", "tcp options", "ip options", "skuid", "ether"), {
        minLength: 1,
      }),
    },
    { requiredKeys: ["level"] },
  ),
  fc.record(
    {
      prefix: prefixes,
      group: fc.nat(65_535),
      snaplen: fc.nat(65_531),
      "queue-threshold": fc.integer({ min: 2, max: 65_535 }),
    },
    { requiredKeys: ["group"] },
  ),
  fc.constant({ level: "audit" }),
);

/** Fields that one packet can have together. */
const fieldSets = fc
  .tuple(fc.subarray([...FIELDS]), fc.constantFrom(...L4), fc.constantFrom(...L3))
  .map(([fields, l4, l3]) => {
    const network = l4 === "icmp" ? "ip" : l4 === "icmpv6" ? "ip6" : l3;
    return fields.filter(({ path }) => {
      const [group = ""] = path.split(".");
      if (L4.includes(group)) return group === l4;
      return L3.includes(group) ? group === network : path !== "l4proto";
    });
  });

const matches = fieldSets.chain((fields) =>
  fc.tuple(...fields.map((field) => valuesOf(field).map((value) => [field.path, value] as const))).map((entries) => {
    const match: Record<string, unknown> = {};
    for (const [path, value] of entries) {
      const [first = "", second] = path.split(".");
      match[first] = second === undefined ? value : { ...(match[first] as object), [second]: value };
    }
    return match;
  }),
);

const named = fc.record({ rate: fc.constant("7/minute burst 3"), name: fc.constant("shared") });
const perAddress = fc.record(
  {
    rate: limits,
    per: fc.constantFrom("saddr", "daddr"),
    timeout: fc.integer({ min: 3600, max: 86_400 }),
    size: fc.integer({ min: 1, max: 1_048_576 }),
  },
  { requiredKeys: ["rate", "per"] },
);
const anyLimit = fc.oneof(limits, limits, named, perAddress, fc.tuple(perAddress, limits), fc.tuple(limits, named));

/** Statements in libnftables-JSON as nft lists them, of matches that the vocabulary lacks. */
const statements = fc.constantFrom<object>(
  { match: { op: "==", left: { meta: { key: "cpu" } }, right: 0 } },
  { match: { op: "!=", left: { meta: { key: "skuid" } }, right: 1000 } },
  { match: { op: "==", left: { meta: { key: "length" } }, right: { range: [64, 128] } } },
  { match: { op: "==", left: { ct: { key: "direction" } }, right: "original" } },
  { match: { op: "<", left: { payload: { protocol: "ip", field: "ttl" } }, right: 5 } },
  { match: { op: "==", left: { payload: { protocol: "ip6", field: "hoplimit" } }, right: 255 } },
  { match: { op: "==", left: { numgen: { mode: "inc", mod: 10, offset: 0 } }, right: 0 } },
  { quota: { val: 25, val_unit: "mbytes" } },
  { limit: { rate: 3, burst: 5, per: "hour" } },
);

const PLACES = ["prerouting", "input", "forward", "output", "postrouting", "ingress", "egress"].map((hook) =>
  hook.endsWith("gress") ? { hook, device: "eth0" } : { hook },
);

/** A rule that may go together with any other. */
const rules = fc
  .record(
    {
      place: fc.constantFrom(...PLACES),
      match: matches,
      expr: fc.array(statements, { minLength: 1, maxLength: 2 }),
      log: logs,
      limit: anyLimit,
      counter: fc.boolean(),
    },
    { requiredKeys: ["place", "match", "log"] },
  )
  .map(({ place, ...rule }) => ({ ...place, ...rule }))
  .map(({ match, expr, ...rule }) => ({
    ...rule,
    // Conntrack does not see what passes a device yet.
    match: "device" in rule ? { ...match, ct: undefined } : match,
    ...(expr === undefined || !canStand(rule, match, JSON.stringify(expr)) ? {} : { expr }),
  }));

/** Whether a packet can have what both look at: nft refuses a contradiction. */
function canStand(rule: object, match: Readonly<Record<string, unknown>>, expr: string): boolean {
  if ("device" in rule && /"ct"|skuid/.test(expr)) return false;
  const isPer = JSON.stringify(rule).includes('"per":');
  const hasLink = match["ether"] !== undefined || match["vlan"] !== undefined;
  const asks4 = expr.includes('"ip"') || match["ip"] !== undefined || match["icmp"] !== undefined;
  const asks6 = expr.includes('"ip6"') || match["ip6"] !== undefined || match["icmpv6"] !== undefined;
  if (hasLink && isPer && /"limit"|"quota"/.test(expr)) return false;
  return !(asks4 && asks6) && !(hasLink && /"ip6?"/.test(expr));
}

/** Rules that the schema lets in. */
export const ruleDocuments = fc
  .array(rules, { minLength: 1, maxLength: 25 })
  .map((some) => some.map((rule, index) => ({ name: `rule-${index}`, ...rule })));

const destination = fc.constantFrom("kernel", "user group 7", "none");

/** Intents that the schema lets in, with sets that their rules name. */
export const intents = fc
  .record({ ip: destination, ip6: destination, netdev: destination, rules: ruleDocuments })
  .map(({ rules: some, ...defaults }) => ({
    version: 1,
    "default-log": defaults,
    sets: {
      four: { type: "ip", elements: ["192.0.2.0/25", "192.0.2.128/25", "198.51.100.7", "203.0.113.1-203.0.113.9"] },
      six: { type: "ip6", elements: ["2001:db8::/32", "::1"] },
    },
    rules: [
      ...some,
      { name: "set-four", hook: "input", match: { ip: { saddr: "@four" } } },
      { name: "set-six", hook: "ingress", device: "eth0", match: { ip6: { daddr: "!@six" } } },
    ],
  }));
