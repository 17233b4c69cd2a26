import fc from "fast-check";
import { intents, ruleDocuments } from "./intents.ts";

type Rule = Readonly<Record<string, unknown>> & { readonly name: string };

/** An intent as a document. */
interface IntentDocument {
  readonly [key: string]: unknown;
  readonly rules: readonly Rule[];
}

/** A foreign ruleset in nft's text, and two intents of which the second comes from the first by edits. */
export interface Case {
  readonly foreign: string;
  readonly before: IntentDocument;
  readonly after: IntentDocument;
  /** What somebody else does between the two: nft's commands, of which some may fail. */
  readonly between: readonly string[];
}

const foreignRules = fc.array(
  fc.constantFrom(
    "ct state established,related accept",
    "iifname lo accept",
    "tcp dport { 22, 80 } accept",
    "ip saddr @bad counter drop",
    "ip6 saddr fe80::/10 return",
    "limit rate 5/second drop",
    "meta mark 7 jump extra",
    'log prefix "somebody " group 9',
    "udp dport 53 reject",
  ),
  { maxLength: 6 },
);

const foreign = fc.tuple(foreignRules, foreignRules, fc.constantFrom("accept", "drop")).map(
  ([input, output, policy]) => `table inet fw {
  set bad { type ipv4_addr; flags interval; elements = { 198.51.100.0/24, 203.0.113.5 } }
  map ways { type ipv4_addr : verdict; elements = { 192.0.2.9 : jump extra } }
  limit some { rate 10/minute; }
  chain extra { counter; }
  chain input {
    type filter hook input priority 0; policy ${policy};
${input.map((rule) => `    ${rule}\n`).join("")}    tcp dport 8080 drop comment "anchor"
    ip saddr vmap @ways
  }
  chain output {
    type filter hook output priority 0;
${output.map((rule) => `    ${rule}\n`).join("")}  }
}
table ip nat {
  chain post {
    type nat hook postrouting priority 100;
    oifname "wan" masquerade
  }
}
table netdev dev {
  chain in {
    type filter hook ingress device "eth0" priority 0;
    counter
  }
}
`,
);

const place = fc.constantFrom<object>(
  { into: "inet fw input" },
  { into: "inet fw input", at: "start" },
  { into: "inet fw input", before: { comment: "anchor" } },
  { into: "inet fw input", before: "drop" },
  { into: "inet fw output", at: "start" },
  { into: "inet fw output" },
  { into: "inet fw extra" },
);

const placedRules = fc.array(
  fc.record(
    {
      place,
      match: fc.constantFrom<object>(
        {},
        { iifname: "eth*" },
        { ip: { saddr: "!10.0.0.0/8" } },
        { tcp: { dport: [22, 80] } },
      ),
      log: fc.constantFrom<object>({}, { prefix: "placed " }, { group: 3 }, { prefix: "p", level: "info" }),
      limit: fc.constantFrom("5/minute", "1/second burst 1"),
      counter: fc.boolean(),
    },
    { requiredKeys: ["place", "match", "log"] },
  ),
  { maxLength: 5 },
);

/** Rules that packets to the discard port of the local host are counted by. */
const countedRules = fc.array(fc.constantFrom("output", "input", "postrouting"), { minLength: 1, maxLength: 5 });

/** Addresses, prefixes and ranges that overlap one another in many ways. */
const elements = fc.uniqueArray(
  fc.oneof(
    fc
      .tuple(fc.nat(3), fc.nat(3), fc.integer({ min: 6, max: 32 }))
      .map(([a, b, length]) => `10.${64 * a}.${85 * b}.0/${length}`),
    fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => `10.0.0.${Math.min(a, b)}-10.0.${Math.max(a, b)}.9`),
    fc.nat(255).map((last) => `10.0.0.${last}`),
    fc.constantFrom("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "255.255.255.255", "10.0.0.0/8", "10.0.0.0/9"),
  ),
  { maxLength: 8 },
);

type Edit = (rules: readonly Rule[]) => Rule[];

const at = fc.nat(1000);
const edits = fc.array(
  fc.oneof(
    at.map(
      (one): Edit =>
        (rules) =>
          rules.filter((_rule, index) => index !== one % rules.length),
    ),
    fc.tuple(at, at).map(
      ([from, to]): Edit =>
        (rules) => {
          const rest = rules.toSpliced(from % rules.length, 1);
          return rest.toSpliced(to % rules.length, 0, rules[from % rules.length] as Rule);
        },
    ),
    fc.tuple(at, at).map(
      ([one, other]): Edit =>
        (rules) => {
          const [rule, like] = [rules[one % rules.length] as Rule, rules[other % rules.length] as Rule];
          return rules.with(one % rules.length, { ...rule, log: like["log"] });
        },
    ),
    fc.tuple(at, at).map(
      ([one, other]): Edit =>
        (rules) => {
          const [rule, like] = [rules[one % rules.length] as Rule, rules[other % rules.length] as Rule];
          return rules.with(one % rules.length, { ...like, name: rule.name });
        },
    ),
    at.map(
      (one): Edit =>
        (rules) => {
          const rule = rules[one % rules.length] as Rule;
          return rules.with(one % rules.length, { ...rule, counter: rule["counter"] === false });
        },
    ),
    fc.constantFrom("input", "output", "ingress", "forward").map(
      (hook): Edit =>
        (rules) =>
          rules.filter((rule) => rule["hook"] !== hook),
    ),
    ruleDocuments.map(
      (more): Edit =>
        (rules) => [
          ...rules,
          ...more
            .slice(0, 3)
            .map((rule, index) => ({ ...rule, name: `more-${rules.length}-${index}` }))
            .filter(({ name }) => rules.every((rule) => rule.name !== name)),
        ],
    ),
  ),
  { maxLength: 6 },
);

const inTheirs = fc.nat(8).map((index) => `insert rule inet fw input index ${index} tcp dport ${1000 + index} accept`);

/** Whoever writes into our tables is not heard. */
const inOurs = fc.constantFrom(
  "insert rule inet netlogctl output tcp dport 7 accept",
  "add chain inet netlogctl extra; add rule inet netlogctl extra counter; add rule inet netlogctl output jump extra",
  "add chain inet netlogctl forward { policy drop; }",
  "flush chain inet netlogctl forward; delete chain inet netlogctl forward; add chain inet netlogctl forward { type filter hook forward priority 7; }",
  "add set inet netlogctl theirs { type ipv4_addr; elements = { 192.0.2.1 }; }; add rule inet netlogctl input ip saddr @theirs",
  "add element inet netlogctl one { 9.9.9.9 }",
  "flush set inet netlogctl four",
  "flush chain inet netlogctl input",
  "add map inet netlogctl ways { type ipv4_addr : verdict; elements = { 192.0.2.1 : accept }; }; add rule inet netlogctl input ip saddr vmap @ways",
  "delete table netdev netlogctl",
);

/** Cases for the laws of a transaction. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    foreign,
    intent: intents as unknown as fc.Arbitrary<IntentDocument>,
    placed: placedRules,
    counted: countedRules,
    sets: fc.tuple(elements, elements),
    edits,
    rates: fc.tuple(fc.constantFrom("7/minute burst 3"), fc.constantFrom("7/minute burst 3", "9/minute")),
    table: fc.constantFrom("netlogctl", "netlogctl", "netlogctl", "other"),
    between: fc.array(fc.oneof(inTheirs, inOurs), { maxLength: 2 }),
  })
  .map(({ foreign: base, intent, placed, counted, sets, edits: some, rates, table, between }) => {
    const names = { one: { type: "ip", elements: sets[0] }, ...(intent["sets"] as object) };
    const rules = [
      ...intent.rules,
      ...placed.map(({ place: where, ...rule }, index) => ({ name: `placed-${index}`, ...where, ...rule })),
      ...counted.map((hook, index) => ({
        ...{ name: `counted-${index}`, hook, match: { udp: { dport: 9 } }, log: { group: index } },
        ...(index % 2 === 1 ? { limit: { rate: "7/minute burst 3", name: "shared" } } : {}),
      })),
      { name: "by-one", hook: "input", match: { ip: { saddr: "@one" } } },
    ];
    const edited = some.reduce<readonly Rule[]>((list, edit) => (list.length === 0 ? list : edit(list)), rules);
    const text = JSON.stringify(edited).replaceAll(rates[0], rates[1]);
    return {
      foreign: base,
      before: { ...intent, sets: names, rules },
      after: {
        ...{ ...intent, table, sets: { ...names, one: { type: "ip", elements: sets[1] } } },
        rules: JSON.parse(text) as Rule[],
      },
      between,
    };
  });
