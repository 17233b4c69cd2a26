import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { RatedRule } from "../../src/core/live/rates.ts";
import type { LiveRule } from "../../src/core/live/rows.ts";
import { type Lab, MAIN, openLab } from "../helpers/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab[Symbol.asyncDispose]());

const RULES = `flush ruleset
table inet netlogctl {
  limit shared { rate 7/minute burst 3 packets }
  set per-ip {
    type ipv4_addr
    size 65535
    flags dynamic,timeout
    timeout 1m
  }
  chain output {
    type filter hook output priority -5; policy accept;
    udp dport 9 limit rate 5/hour burst 100 packets counter log prefix "discard: " group 5 comment "netlogctl:discard"
    udp dport 9 limit name "shared" counter log prefix "few: " level info comment "netlogctl:few"
    update @per-ip { ip saddr limit rate 1/hour burst 1 packets } counter log level audit comment "netlogctl:per"
  }
}
table inet filter {
  chain output {
    type filter hook output priority 0; policy accept;
    counter accept comment "not ours"
  }
  chain input {
    type filter hook input priority 0; policy accept;
    udp dport 9 log comment "netlogctl:uncounted"
  }
}
`;

async function load(text: string): Promise<void> {
  await lab.run("tee", ["/run/rules.nft"], text);
  expect(await lab.run("nft", ["-f", "/run/rules.nft"])).toEqual({ code: 0, stdout: "", stderr: "" });
}

/** UDP packets of this many bytes with their headers, to nobody. */
async function send(packets: number, bytes = 30): Promise<void> {
  const payload = "x".repeat(bytes - 29);
  await lab.run("bash", ["-c", `for i in $(seq ${packets}); do echo ${payload} > /dev/udp/127.0.0.1/9; done`]);
}

beforeEach(() => load(RULES));

test("the rules of ours with what they counted, wherever they stand", async () => {
  await send(5, 50);
  const rows = await lab.json<LiveRule[]>("rules", "list");
  expect(rows.map(({ handle, ...row }) => ({ ...row, handle: typeof handle }))).toEqual([
    {
      name: "discard",
      place: "inet netlogctl output",
      position: 1,
      handle: "number",
      prefix: "discard: ",
      destination: "group 5",
      level: null,
      limit: "limit rate 5/hour burst 100 packets",
      packets: 5,
      bytes: 250,
    },
    {
      name: "few",
      place: "inet netlogctl output",
      position: 2,
      handle: "number",
      prefix: "few: ",
      destination: "kernel",
      level: "info",
      limit: 'limit name "shared" { rate 7/minute burst 3 packets }',
      packets: 3,
      bytes: 150,
    },
    {
      name: "per",
      place: "inet netlogctl output",
      position: 3,
      handle: "number",
      prefix: null,
      destination: "audit",
      level: null,
      limit: "update @per-ip { ip saddr limit rate 1/hour burst 1 packets }",
      packets: 1,
      bytes: 50,
    },
    {
      name: "uncounted",
      place: "inet filter input",
      position: 1,
      handle: "number",
      prefix: null,
      destination: "kernel",
      level: null,
      limit: null,
      packets: null,
      bytes: null,
    },
  ]);
});

test("for people a table, and a word where there is none", async () => {
  await send(2);
  const { code, stdout, stderr } = await lab.netlogctl("rules", "list");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^NAME +PLACE +RULE +PREFIX +TO +LIMIT +PACKETS +BYTES$/);
  expect(lines[1]).toMatch(/^discard +inet netlogctl output +1 +"discard: " +group 5 +limit rate .* 2 +60$/);
  expect(lines[2]).toContain("kernel level info");
  expect(lines[4]).toMatch(/none +- +-$/);

  await load("flush ruleset\n");
  expect((await lab.netlogctl("rules", "list")).stdout).toBe("no rules of ours are live: netlogctl rules apply\n");
  expect(await lab.json("rules", "list")).toEqual([]);
});

test("--watch has rates since the look before, also when a rule was replaced", async () => {
  await send(3);
  const watching = lab.start(process.execPath, [MAIN, "rules", "list", "--watch", "--interval", "1", "--json"]);
  const next = async (): Promise<RatedRule> => {
    const rows = JSON.parse(await watching.line("[")) as RatedRule[];
    return rows.find(({ name }) => name === "discard") as RatedRule;
  };
  expect(await next()).toMatchObject({ packets: 3, packetsPerSecond: null, bytesPerSecond: null });
  expect(await next()).toMatchObject({ packets: 3, packetsPerSecond: 0, bytesPerSecond: 0 });

  // A list of its own each time that some packets were seen, so all of them together have seen all.
  await send(10);
  let seen = await next();
  expect(seen.packetsPerSecond).toBeGreaterThan(0);
  expect(seen.bytesPerSecond).toBeCloseTo(30 * (seen.packetsPerSecond ?? 0));
  while (seen.packets !== 13) seen = await next();
  while (seen.packetsPerSecond !== 0) seen = await next();

  await load(RULES);
  seen = await next();
  expect(seen).toMatchObject({ packets: 0, packetsPerSecond: 0, bytesPerSecond: 0 });
});

test("for people --watch ends with its pipe", async () => {
  const script = `"${process.execPath}" "${MAIN}" rules list --watch --interval 1 | head -n 2; echo "\${PIPESTATUS[0]}"`;
  const watching = lab.start("bash", ["-c", script]);
  expect(await watching.line("PACKETS")).toMatch(/BYTES +RATE +BYTE RATE$/);
  expect(await watching.line("discard")).toMatch(/\? +\?$/);
  await send(1);
  expect(await watching.line("0")).toBe("0");
  expect(await watching.ended).toBe(0);
});
