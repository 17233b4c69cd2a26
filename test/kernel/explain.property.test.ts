import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogSite } from "../../src/index.ts";
import { HELPERS, type Lab, openLab, type Running } from "../helpers/lab.ts";

/** Rulesets that are tried; more by hand (npm run test:long). */
const RUNS = Number(process.env["NETLOGCTL_KERNEL_RUNS"] ?? 200);

/** Rulesets that stand beside each other, each with packets of its own: those to one port. */
const AT_ONCE = 200;
const FIRST_PORT = 10_000;

/** Groups that rules name; nobody reads the last two. */
const GROUPS = 10;
const READ = 8;

/** Tables that nft is handed at once: an ordinary user's transaction is small. */
const TABLES_AT_ONCE = 10;

const INNER = ["c1", "c2", "c3"];

const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  any: [
    "",
    "",
    "udp sport 5001",
    "udp length > 100",
    "ct state new",
    "meta mark 7",
    "iifname lo",
    "udp sport { 5001, 5002 }",
  ],
  ip: ["ip daddr 127.0.0.1", "ip saddr @here", "ip saddr 192.0.2.1"],
  ip6: ["ip6 daddr ::1", "ip6 saddr 2001:db8::1"],
};

const anyOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

function conditionsOf(family: string): string[] {
  return ["any", ...(family === "inet" ? ["ip", "ip6"] : [family])].flatMap((kind) => CONDITIONS[kind] ?? []);
}

/** A rule's text, without its prefix: that is numbered later. Chains jump to later ones only, so none goes round. */
function ruleOf(family: string, targets: readonly string[]): fc.Arbitrary<string> {
  const jumps = targets.flatMap((target) => [
    `jump ${target}`,
    `goto ${target}`,
    `udp sport vmap { 5001 : jump ${target} }`,
  ]);
  const limit = anyOf(["", "", "", "limit rate 1/hour burst 2 packets", "limit rate over 1/hour burst 1 packets"]);
  const log = anyOf(Array.from({ length: GROUPS }, (_, group) => `log prefix "PREFIX" group ${group}`));
  const plain = anyOf(['log prefix "PREFIX"', 'log prefix "PREFIX" level info']);
  const end = anyOf(["", "", "", "accept", "return", "drop", ...jumps]);
  const logging = fc
    .tuple(anyOf(conditionsOf(family)), limit, fc.oneof({ weight: 5, arbitrary: log }, plain), end)
    .map(([condition, rate, statement, verdict]) => [condition, rate, "counter", statement, verdict].join(" "));
  const silent = fc.tuple(anyOf(conditionsOf(family)), end).map((words) => ["counter", ...words].join(" "));
  return fc.oneof({ weight: 4, arbitrary: logging }, { weight: 1, arbitrary: silent });
}

interface Chosen {
  readonly family: string;
  readonly hooks: readonly string[];
  readonly isDormant: boolean;
  readonly priority: number;
  readonly base: readonly string[];
  readonly inner: readonly (readonly string[])[];
}

const RULESET: fc.Arbitrary<Chosen> = anyOf(["ip", "ip6", "inet"]).chain((family) =>
  fc.record({
    family: fc.constant(family),
    hooks: fc.subarray(["input", "output", "prerouting"], { minLength: 1 }),
    isDormant: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    priority: fc.integer({ min: -200, max: 200 }),
    base: fc.array(ruleOf(family, INNER), { minLength: 1, maxLength: 5 }),
    inner: fc.tuple(...INNER.map((_, at) => fc.array(ruleOf(family, INNER.slice(at + 1)), { maxLength: 3 }))),
  }),
);

/** One ruleset as a table of its own, which sees the packets to its port alone. */
function tableOf({ family, hooks, isDormant, priority, base, inner }: Chosen, number: number): string {
  let count = 0;
  const texts = (rules: readonly string[]): string[] =>
    rules.map((rule) => {
      count += 1;
      return rule.replace("PREFIX", `${number}-${count}.`);
    });
  const bases = hooks.map((hook) => [
    `chain ${hook} {`,
    `type filter hook ${hook} priority ${priority}`,
    "meta l4proto != udp accept",
    `udp dport != ${FIRST_PORT + number} accept`,
    ...texts(base),
    "}",
  ]);
  return [
    `table ${family} t${number} {`,
    ...(isDormant ? ["flags dormant"] : []),
    ...(family === "ip6" ? [] : ["set here {", "type ipv4_addr", "elements = { 127.0.0.1 }", "}"]),
    // In front of those that jump to them.
    ...INNER.toReversed().flatMap((name) => [`chain ${name} {`, ...texts(inner[INNER.indexOf(name)] ?? []), "}"]),
    ...bases.flat(),
    "}",
  ].join("\n");
}

const END = `table ip end {
  chain input { type filter hook input priority 300; udp dport 9 log prefix "end" group 0; }
}`;

/** How many packets came with each prefix to each group. */
async function arrivals(lab: Lab, listener: Running, tables: readonly string[]): Promise<Record<string, number>> {
  expect(await lab.run("nft", ["-f", "-"], `flush ruleset\n${END}\n`)).toMatchObject({ code: 0, stderr: "" });
  for (let at = 0; at < tables.length; at += TABLES_AT_ONCE) {
    const text = `${tables.slice(at, at + TABLES_AT_ONCE).join("\n")}\n`;
    expect(await lab.run("nft", ["-f", "-"], text), text).toMatchObject({ code: 0, stderr: "" });
  }
  listener.send(`${FIRST_PORT} ${FIRST_PORT + tables.length - 1}\n`);
  return JSON.parse(await listener.line("{")) as Record<string, number>;
}

/** What arrives of a site's packets if it is as explain says; an ordinary user is not told who reads. */
function expectedOf({ prefix, packets, to, why, meant }: LogSite): Record<string, number> {
  const group = Number(/^group ([0-9]+)$/.exec(to === "unknown" ? String(meant) : to)?.[1] ?? -1);
  if (to === "nowhere" && !why.startsWith("nobody reads")) expect(packets, `${prefix} sees no packet: ${why}`).toBe(0);
  const isRead = group >= 0 && group < READ;
  return isRead && packets !== null && packets > 0 ? { [`${prefix} at group ${group}`]: packets } : {};
}

test(`of ${RUNS} random rulesets, packets arrive at the groups that explain says and at no others`, async () => {
  const seed = Number(process.env["NETLOGCTL_SEED"] ?? Date.now() & 0x7fffffff);
  const all = fc.sample(RULESET, { seed, numRuns: RUNS });
  await using lab = await openLab();
  // On one processor packets come in the order in which they are sent.
  const args = [process.execPath, `${HELPERS}/nflog-arrivals.js`, String(READ - 1)];
  const listener = lab.start("taskset", ["-c", "0", ...args]);
  await listener.line("listening");
  for (let first = 0; first < all.length; first += AT_ONCE) {
    const tables = all.slice(first, first + AT_ONCE).map(tableOf);
    const counts = await arrivals(lab, listener, tables);
    const sites = (await lab.json<LogSite[]>("explain")).filter(({ prefix }) => prefix?.endsWith(".") === true);
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(tables.length);
    const expected = Object.assign({}, ...sites.map(expectedOf)) as Record<string, number>;
    const wrong = [...new Set([...Object.keys(counts), ...Object.keys(expected)])].filter(
      (key) => counts[key] !== expected[key],
    );
    const shown = wrong.map(
      (key) =>
        `${key}: ${counts[key] ?? 0} arrived, ${expected[key] ?? 0} expected; ${tables[Number.parseInt(key, 10)]}`,
    );
    expect(shown, `NETLOGCTL_SEED=${seed}`).toEqual([]);
  }
});
