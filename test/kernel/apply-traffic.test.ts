import { dump } from "js-yaml";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HELPERS, type Lab, MAIN, openLab } from "../helpers/lab.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab[Symbol.asyncDispose]());

const GROUP = 5;

const ok = async (file: string, args: readonly string[], input?: string): Promise<string> => {
  const { code, stdout, stderr } = await lab.run(file, args, input);
  expect({ code, stderr }, args.join(" ")).toEqual({ code: 0, stderr: "" });
  return stdout;
};

async function apply(rules: readonly object[]): Promise<void> {
  await ok("tee", ["/run/i.yaml"], dump({ version: 1, rules }, { noRefs: true }));
  await ok(process.execPath, [MAIN, "rules", "apply", "-f", "/run/i.yaml", "--yes"]);
}

interface Seen {
  readonly prefix: string;
  readonly number: number;
}

/** Sends numbered packets while something happens. Gives how many there were, and what was logged of them. */
async function during(happens: () => Promise<void>): Promise<{ sent: number; seen: readonly Seen[] }> {
  lab.start("sh", ["-c", `exec '${process.execPath}' ${HELPERS}/nflog-listen.js ${GROUP} > /run/seen`]);
  await until(async () => ((await lab.text("/run/seen")) ?? "").startsWith("listening"));
  const sender = lab.start(process.execPath, [`${HELPERS}/send-numbered.js`]);
  await sender.line("sending");
  await pause(200);
  await happens();
  await pause(200);
  sender.endInput();
  const sent = Number((await sender.line("sent ")).slice("sent ".length));
  await until(async () => ((await lab.text("/run/seen")) ?? "").includes(`"number":${sent - 1}}`));
  const lines = ((await lab.text("/run/seen")) ?? "").split("\n").slice(1, -1);
  return { sent, seen: lines.map((line) => JSON.parse(line) as Seen) };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await isSo()) return;
    await pause(50);
  }
  expect.unreachable("what was waited for did not come");
}

/** Each packet once, by one of these. */
function expectEachOnce({ sent, seen }: { sent: number; seen: readonly Seen[] }, prefixes: readonly string[]): void {
  expect(seen.map(({ number }) => number)).toEqual(Array.from({ length: sent }, (_, number) => number));
  expect(new Set(seen.map(({ prefix }) => prefix))).toEqual(new Set(prefixes));
}

/** What a rule of ours has counted, and its handle. */
async function ruleCalled(name: string, ...table: string[]): Promise<{ packets: number; handle: number }> {
  const listed = await ok("nft", ["-a", "list", "table", ...table]);
  const line = listed.split("\n").find((one) => one.includes(`comment "netlogctl:${name}"`)) ?? "";
  return {
    packets: Number(/counter packets (\d+)/.exec(line)?.[1]),
    handle: Number(/# handle (\d+)/.exec(line)?.[1]),
  };
}

const hit = (prefix: string, more: object = {}): object => ({
  ...{ name: "hit", hook: "output", match: { udp: { dport: 9 } }, log: { prefix, group: GROUP } },
  ...more,
});
const steady = (more: object = {}): object => ({
  ...{ name: "steady", hook: "output", match: { udp: { dport: 9 } }, log: { group: 6 } },
  ...more,
});
const other = (index: number): object => ({
  ...{ name: `other-${index}`, hook: "output", match: { udp: { dport: 10_000 + index } }, log: { group: 7 } },
});

describe("while rules change, each packet is logged once, by the old rule or by the new one", () => {
  test("one of ten thousand is edited: what the others have counted stays", async () => {
    const rules = (prefix: string): object[] => {
      const others = Array.from({ length: 9998 }, (_, index) => other(index));
      return [steady(), ...others.slice(0, 5000), hit(prefix), ...others.slice(5000)];
    };
    await apply(rules("old "));
    const before = await ruleCalled("steady", "inet", "netlogctl");
    const packets = await during(() => apply(rules("new ")));
    expectEachOnce(packets, ["old ", "new "]);
    const changes = packets.seen.filter(({ prefix }, at) => at > 0 && prefix !== packets.seen[at - 1]?.prefix);
    expect(changes).toHaveLength(1);
    expect(await ruleCalled("steady", "inet", "netlogctl")).toEqual({ handle: before.handle, packets: packets.sent });
  });

  test("one moves from the start to the end, again and again", async () => {
    const others = [0, 1, 2].map(other);
    await apply([hit("a "), steady(), ...others]);
    const packets = await during(async () => {
      await apply([steady(), ...others, hit("b ")]);
      await apply([hit("b "), steady(), ...others]);
      await apply([others[0] as object, steady(), hit("a "), ...others.slice(1)]);
    });
    expectEachOnce(packets, ["a ", "b "]);
    expect((await ruleCalled("steady", "inet", "netlogctl")).packets).toBe(packets.sent);
  });

  test("one in somebody else's chain, moved and edited there", async () => {
    await ok(
      "nft",
      ["-f", "/dev/stdin"],
      'table ip fw {\n chain out {\n type filter hook output priority 0\n counter\n udp dport 9 accept comment "theirs"\n }\n}\n',
    );
    const into = { hook: undefined, into: "ip fw out" };
    const place = (rule: object): object => JSON.parse(JSON.stringify({ ...rule, ...into }));
    await apply([place(hit("a ", { at: "start" })), place(steady({ at: "start" }))]);
    const packets = await during(async () => {
      await apply([place(hit("b ", { at: "start" })), place(steady({ at: "start" }))]);
      await apply([place(hit("b ", { before: { comment: "theirs" } })), place(steady({ at: "start" }))]);
      await apply([place(hit("c ", { before: { comment: "theirs" } })), place(steady({ at: "start" }))]);
    });
    expectEachOnce(packets, ["a ", "b ", "c "]);
    expect((await ruleCalled("steady", "ip", "fw")).packets).toBe(packets.sent);
    expect(await ok("nft", ["list", "chain", "ip", "fw", "out"])).toContain(`counter packets ${packets.sent} `);
  });

  test("one shares a limit that is made anew with another rate", async () => {
    const limited = (rate: string, prefix: string): object[] => [
      hit(prefix, { limit: { rate, name: "shared" } }),
      { ...other(1), limit: { rate, name: "shared" } },
      steady(),
    ];
    await apply(limited("1000000/second burst 1000000", "a "));
    const packets = await during(async () => {
      await apply(limited("2000000/second burst 1000000", "a "));
      await apply(limited("3000000/second burst 1000000", "b "));
      await apply(limited("1000000/second burst 1000000", "b "));
    });
    expectEachOnce(packets, ["a ", "b "]);
    expect((await ruleCalled("steady", "inet", "netlogctl")).packets).toBe(packets.sent);
  });
});
