import fc from "fast-check";
import { expect, test } from "vitest";
import { loadBigRuleset } from "../helpers/big-ruleset.ts";
import { firstDifference, listForeign } from "../helpers/foreign.ts";
import { type Lab, openLab } from "../helpers/lab.ts";

/** Sequences beside a set of so many elements: a few in an ordinary run, always the same ones; many by hand, always others. */
const given = process.env["NETLOGCTL_KERNEL_RUNS"];
const SEED = given === undefined ? { seed: 20_260_101 } : {};
const SIZES = [
  { elements: 1_000, runs: Number(given ?? 2) },
  { elements: 100_000, runs: Math.ceil(Number(given ?? 1) / 10) },
];

const SMALL = [
  "version: 1",
  "default-log: { ip: kernel, ip6: user group 3 }",
  "rules:",
  '  - { name: new-ssh, hook: input, match: { tcp: { dport: 22 }, ct: { state: new } }, log: { prefix: "ssh " } }',
];
const INTENTS = [
  SMALL,
  [
    "version: 1",
    "sets: { trusted: { type: ip, elements: [192.0.2.0/24] }, six: { type: ip6, elements: [2001:db8::/32] } }",
    "rules:",
    '  - { name: a, hook: input, match: { ip: { saddr: "!@trusted" } }, log: { group: 1 }, limit: { rate: 5/minute, per: saddr } }',
    "  - { name: b, hook: forward, log: { level: warn, flags: [ether, skuid] }, limit: { rate: 1/second, name: shared } }",
    "  - { name: c, hook: output, log: { group: 2 }, limit: { rate: 1/second, name: shared } }",
    "  - { name: d, hook: ingress, device: eth0, log: { group: 5, snaplen: 64 } }",
  ],
  // Into chains of theirs: our rules stand between theirs.
  [
    "version: 1",
    "rules:",
    '  - { name: first, into: inet crowd input, at: start, log: { prefix: "first " } }',
    "  - { name: last, into: ip plain input, at: end, log: { group: 9 } }",
    '  - { name: before, into: inet crowd many, before: { comment: "rule 500" }, log: { group: 9 } }',
    "  - { name: drops, into: inet crowd input, before: drop, log: { group: 8 } }",
    "  - { name: own, hook: prerouting, log: { group: 7 } }",
  ],
].map((lines) => `${lines.join("\n")}\n`);

/** What is done, and what a user would have edited before: the groups and prefixes become others. */
const Command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("apply" as const), intent: fc.nat({ max: 2 }), edit: fc.nat(3) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rollback" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("default" as const),
      family: fc.constantFrom("ip", "ip6", "inet", "arp", "bridge", "netdev"),
      to: fc.constantFrom("kernel", "none", "user group 4"),
    }),
  },
  // Somebody empties a chain of ours, or takes our whole table out; the same intent is then applied again.
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("repair" as const),
      harm: fc.constantFrom(
        "flush chain inet netlogctl input",
        "delete table inet netlogctl",
        "add table inet netlogctl",
      ),
    }),
  },
);
type Command = typeof Command extends fc.Arbitrary<infer T> ? T : never;

/** One sequence that is always taken: rules of ours that come among theirs, go, and come again. */
const THERE_AND_BACK: Command[] = [
  { do: "apply", intent: 2, edit: 1 },
  { do: "apply", intent: 1, edit: 1 },
  { do: "rollback" },
  { do: "repair", harm: "delete table inet netlogctl" },
];

/** Carries it out; only what cannot be done, as there is nothing to go back to, may end otherwise than with 0. */
async function carryOut(lab: Lab, command: Command): Promise<void> {
  switch (command.do) {
    case "apply": {
      const text = (INTENTS[command.intent] ?? "").replace(/group: (\d)/g, `group: ${command.edit}$1`);
      await lab.run("tee", ["/run/intent.yaml"], text);
      return isDone(lab, "rules", "apply", "-f", "/run/intent.yaml", "--yes");
    }
    case "repair":
      await lab.run("nft", command.harm.split(" "));
      return isDone(lab, "rules", "apply", "-f", "/run/intent.yaml", "--yes");
    case "default":
      return isDone(lab, "default", "log", command.family, ...command.to.split(" "));
    case "rollback":
      return isDoneOrNothing(lab, "rules", "rollback", "--yes");
    case "remove":
      return isDoneOrNothing(lab, "rules", "remove", "--yes");
  }
}

async function isDone(lab: Lab, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await lab.netlogctl(...args);
  expect({ code, says: code === 0 ? "" : stdout + stderr }, args.join(" ")).toEqual({ code: 0, says: "" });
}

async function isDoneOrNothing(lab: Lab, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await lab.netlogctl(...args);
  expect([0, 1], stdout + stderr).toContain(code);
  if (code === 1) expect(stderr).toMatch(/^netlogctl: /);
}

test.each(SIZES)(
  "whatever is done in whatever order, all else is listed as before ($elements elements)",
  async (size) => {
    await using lab = await openLab();
    await loadBigRuleset(lab, size.elements);
    const [theirs, withHandles] = [await listForeign(lab), await listForeign(lab, "-a")];
    expect(theirs.length).toBeGreaterThan(size.elements * 10);
    await fc.assert(
      fc.asyncProperty(fc.array(Command, { minLength: 3, maxLength: 6 }), async (commands) => {
        for (const command of commands) {
          await carryOut(lab, command);
          expect(firstDifference(theirs, await listForeign(lab)), command.do).toBeUndefined();
        }
        await isDoneOrNothing(lab, "rules", "remove", "--yes");
        const { stdout } = await lab.run("nft", ["-a", "list", "ruleset"]);
        expect(firstDifference(withHandles, stdout), "remove at the end").toBeUndefined();
      }),
      // A shorter sequence would begin where the one that failed has ended.
      { ...SEED, numRuns: size.runs, examples: [[THERE_AND_BACK]], endOnFailure: true },
    );
  },
);
