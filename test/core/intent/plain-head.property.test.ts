import fc from "fast-check";
import { expect, test } from "vitest";
import { readPlainHead } from "../../../src/core/intent/plain-head.ts";
import { IntentHead } from "../../../src/core/intent/schema.ts";
import { RUNS } from "../../helpers/runs.ts";

/** What the schema makes of it, with the order of its keys; undefined if it is refused. */
function ofSchema(value: unknown): string | undefined {
  const { success, data } = IntentHead.safeParse(value);
  return success ? JSON.stringify(data) : undefined;
}

function expectSame(value: unknown): void {
  const plain = readPlainHead(value);
  if (plain !== undefined) expect(JSON.stringify(plain)).toBe(ofSchema(value));
}

const destination = fc.constantFrom("kernel", "none", "user", "user group 5", "user group 65535");
const families = fc.constantFrom("ip", "ip6", "inet", "arp", "bridge", "netdev");
const plain = fc.record(
  {
    rules: fc.array(fc.anything()),
    "all-netns": fc.boolean(),
    version: fc.constant(1),
    table: fc.constantFrom("netlogctl", "A-b_9"),
    "default-log": fc.dictionary(families, destination),
    sets: fc.constant({}),
  },
  { requiredKeys: ["version", "rules"] },
);
const strange = fc.oneof(
  fc.constantFrom<unknown>(null, true, "", [], {}, 1, 2, "counter", "user group 65536", "x".repeat(65), "a b"),
  fc.anything(),
);
const KEYS = "version default-log all-netns table sets accept serve capture archive rules ip inet __proto__".split(" ");

/** A head with something else at one of its keys, or below its default log. */
const changed = fc.tuple(plain, fc.boolean(), fc.constantFrom(...KEYS), strange).map(([head, isBelow, key, value]) => {
  const holder = isBelow ? (head["default-log"] ?? head) : head;
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  return head;
});

test("a plain head is what the schema makes of it, in any order of its keys", () => {
  fc.assert(
    fc.property(plain, (head) => {
      expect(readPlainHead(head)).toBeDefined();
      expectSame(head);
      expectSame(Object.fromEntries(Object.entries(head).toReversed()));
    }),
    { numRuns: RUNS },
  );
});

test("what the schema refuses is no plain head", () => {
  fc.assert(fc.property(changed, expectSame), { numRuns: RUNS * 10 });
});

test.each([
  { version: 1 },
  { version: 1, rules: null },
  { version: 2, rules: [] },
  { version: 1, rules: [], table: "counter" },
  { version: 1, rules: [], sets: { a: { type: "ip" } } },
  { version: 1, rules: [], "default-log": { ip: "user group 65536" } },
  { version: 1, rules: [], serve: {} },
  [],
  null,
])("%j is left to the schema", (value) => {
  expect(readPlainHead(value)).toBeUndefined();
});
