import fc from "fast-check";
import { expect, test } from "vitest";
import { readPlainRule } from "../../../src/core/intent/plain-rule.ts";
import { RuleDocument } from "../../../src/core/intent/rule-schema.ts";
import { ruleDocuments } from "../../helpers/intents.ts";
import { RUNS } from "../../helpers/runs.ts";

/** What the schema makes of it, with the order of its keys; undefined if it is refused. */
function ofSchema(item: unknown): string | undefined {
  const { success, data } = RuleDocument.safeParse(item);
  return success ? JSON.stringify(data) : undefined;
}

function expectSame(item: unknown): void {
  const plain = readPlainRule(item);
  if (plain !== undefined) expect(JSON.stringify(plain)).toBe(ofSchema(item));
}

/** The object with its keys, and those of the objects in it, in another order. */
function turned(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, inner]) => [key, turned(inner)]));
}

const rules = ruleDocuments.map((some) => some.map((rule) => JSON.parse(JSON.stringify(rule)) as unknown));
const KEYS = [
  "name hook device into at before family match expr nft log limit counter accept".split(" "),
  "prefix level flags group snaplen queue-threshold".split(" "),
  "iifname mark l4proto ip ip6 icmp tcp udp ct saddr dport state type".split(" "),
  ["constructor", "__proto__", "no-such"],
].flat();
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    "",
    [],
    {},
    -1,
    1.5,
    70_000,
    "egress",
    "audit",
    "5/minute",
    "999999999/second burst 9999999",
    "drop",
  ),
  fc.constantFrom<unknown>(
    "a\u0007",
    "x".repeat(128),
    "é".repeat(64),
    "$a",
    ["eth0", "eth0"],
    ["!a", "b"],
    ["@a", "b"],
  ),
  fc.string({ maxLength: 3 }),
);

/** A rule with something else at one of its keys, or below one. */
const changed = fc
  .tuple(rules, fc.constantFrom("", "match", "log", "ip", "tcp"), fc.constantFrom(...KEYS), strange)
  .map(([[rule], at, key, value]) => {
    const copy = structuredClone(rule) as Record<string, Record<string, unknown>>;
    const holder = at === "" ? copy : at === "ip" || at === "tcp" ? copy["match"]?.[at] : copy[at];
    if (typeof holder === "object" && holder !== null) {
      Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return copy;
  });

test("a plain rule is what the schema makes of it, in any order of its keys", () => {
  fc.assert(
    fc.property(rules, (some) => {
      for (const rule of some) {
        expectSame(rule);
        expectSame(turned(rule));
      }
    }),
    { numRuns: RUNS },
  );
});

test("what the schema refuses is no plain rule", () => {
  fc.assert(fc.property(changed, expectSame), { numRuns: RUNS * 10 });
});

test.each([
  { name: "a", hook: "input" },
  {
    limit: "5/minute burst 10",
    log: { group: 1, prefix: "a " },
    match: { tcp: { dport: [22, "80-90"] } },
    hook: "output",
    name: "b",
  },
  { name: "c", hook: "forward", family: "ip6", log: { level: "info" }, counter: false },
])("%j is plain", (rule) => {
  expect(JSON.stringify(readPlainRule(rule))).toBe(ofSchema(rule));
});

test.each([
  { name: "a" },
  { name: "a", hook: "ingress", device: "eth0" },
  { name: "a", hook: "input", limit: { rate: "5/minute" } },
  { name: "a", hook: "input", match: { ip: { saddr: "::1" } } },
  { name: "a", hook: "input", match: { ip: {}, ip6: {} } },
  { name: "a", hook: "input", log: { level: "audit" } },
  [{ name: "a", hook: "input" }],
  null,
])("%j is left to the schema", (rule) => {
  expect(readPlainRule(rule)).toBeUndefined();
});
