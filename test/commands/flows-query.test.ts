import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NetlogEvent } from "../../src/core/event/event.ts";
import { runCli } from "../helpers/cli.ts";
import { at, flowOf } from "../helpers/flows.ts";
import { batchOf, TrialStore } from "../helpers/stored.ts";
import { trafficOf } from "../helpers/traffic.ts";

const store = new TrialStore();
const FIRST = 1_790_000_000_000_000;
const ended = { packets: 9, bytes: 900, duration: 8.5, state: "TIME_WAIT" };
const dns = { id: 2, src: "10.0.0.6", proto: "udp", dport: 53 };
const nat = { id: 3, reply: { src: "192.0.2.1", dst: "203.0.113.1", sport: 443, dport: 61_000 } };
const [PACKET_LOSS, FLOW_LOSS]: NetlogEvent[] = [
  { schema: 1, kind: "loss", ts: at(4), group: 5, count: 7, why: "no room" },
  { schema: 1, kind: "loss", ts: at(5), source: "conntrack", count: 0, why: "no room" },
] as const;
const EVENTS = [
  ...trafficOf(["drop:in"], 50, 0),
  flowOf("new", at(1), { state: "SYN_SENT" }),
  flowOf("new", at(2), dns),
  flowOf("update", at(3), { state: "ESTABLISHED" }),
  PACKET_LOSS as NetlogEvent,
  FLOW_LOSS as NetlogEvent,
  flowOf("new", at(6), nat),
  flowOf("new", at(7), { id: 4, src: "fd00::5", dst: "fd00::1", family: "ip6", proto: "icmpv6" }),
  flowOf("new", at(7), { id: 5, proto: "gre" }),
  flowOf("destroy", at(9), ended),
];

beforeAll(async () => {
  const writer = await store.write([{ match: ["nft:*"] }, { match: ["ct:*"] }]);
  writer.add(batchOf(EVENTS, FIRST));
  writer.commit(Date.now());
});
afterAll(() => store.remove());

const query = (...args: string[]) => runCli(["flows", "query", "--store", store.file, ...args]);
const linesOf = (text: string): NetlogEvent[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

test("flows and what was lost of them, in their order, as they were stored; packets stand by themselves", async () => {
  const { code, stdout, stderr } = await query();
  const isMeant = (event: NetlogEvent): boolean => event.kind === "flow" || event === FLOW_LOSS;
  const meant = EVENTS.map((event, place) => ({ ...event, cursor: FIRST + place })).filter((_, place) =>
    isMeant(EVENTS[place] as NetlogEvent),
  );
  expect({ code, stderr, events: linesOf(stdout) }).toEqual({ code: 0, stderr: "", events: meant });
  const packets = linesOf((await runCli(["packets", "query", "--store", store.file])).stdout);
  expect(packets.map(({ kind }) => kind)).toEqual([...Array(50).fill("packet"), "loss"]);
  const counts = await runCli(["packets", "query", "--store", store.file, "--count", "--json", "--topic", "*"]);
  expect(JSON.parse(counts.stdout)).toEqual({ packets: 50, losses: 1 });
});

describe("what is asked for", () => {
  test.each([
    [["--event", "new,destroy"], 6],
    [["--event", "update"], 1],
    [["--proto", "udp"], 1],
    [["--proto", "icmp,other"], 2],
    [["--proto", "tcp", "--event", "new"], 2],
    [["--src", "10.0.0.6"], 1],
    [["--dst", "fd00::/16"], 1],
    [["--addr", "203.0.113.1"], 1],
    [["--port", "61000"], 1],
    [["--port", "53"], 1],
    [["-w", "bytes > 100 and duration > 8"], 1],
    [["-w", "reply.dst in 203.0.113.0/24"], 1],
    [["--since", "2026-11-29T10:00:07Z"], 3],
    [["--since", "2026-11-29T10:00:08Z", "--event", "new"], 0],
  ])("%j", async (args, count) => {
    expect(JSON.parse((await query("--count", "--json", ...args)).stdout)).toMatchObject({ flows: count });
  });
});

describe("forms", () => {
  test("a table, and CSV of columns", async () => {
    const { stdout, stderr } = await query("-F", "table", "--event", "destroy");
    expect(stdout.split("\n")[0]?.split(/ +/)).toEqual(
      "TS CHANGE PROTO SRC SPORT DST DPORT STATE PACKETS BYTES DURATION".split(" "),
    );
    expect(stdout).toMatch(/destroy +tcp +10\.0\.0\.5 +40000 +192\.0\.2\.1 +443 +TIME_WAIT +9 +900 +8\.5\n/);
    expect(stderr).toBe(
      "netlogctl: note: in this time 1 loss of 0 events were told: --format text has them in their place\n",
    );
    const csv = await query("-F", "csv", "--fields", "id,reply.dst", "--limit", "2");
    expect(csv.stdout).toBe("id,reply.dst\n5,10.0.0.5\n1,10.0.0.5\n");
  });

  test("text", async () => {
    const { stdout } = await query("-F", "text", "--addr", "203.0.113.1");
    expect(stdout).toContain("10:00:06.000  new      tcp    10.0.0.5:40000 > 192.0.2.1:443");
    expect(stdout).toContain("10:00:05.000  events were lost, it is not known how many");
  });

  test("what stands out", async () => {
    const { stdout } = await query("--summary");
    expect(stdout).toContain("7 events of flows (5 begun, 1 updated, 1 ended)");
    expect(stdout).toMatch(/\ntcp\/443 +2 +1 +900\n/);
    expect(JSON.parse((await query("--summary", "--json")).stdout).flows).toMatchObject({ new: 5, destroy: 1 });
  });

  test("SQL", async () => {
    const sql = "SELECT change, count(*) n FROM events WHERE kind = 'flow' GROUP BY 1 ORDER BY 1";
    expect((await query("--sql", sql, "-F", "csv")).stdout).toBe("change,n\ndestroy,1\nnew,5\nupdate,1\n");
  });
});

describe("what cannot be answered", () => {
  test.each([
    [["flows", "query", "--event", "end"], '--event: "end" is none', "new, update, destroy, listed"],
    [["flows", "query", "--proto", "tpc"], '"tpc" is no protocol', "tcp, udp, icmp, other"],
    [["flows", "query", "--count", "-F", "text"], "a count and a summary are no flows", "--json"],
    [["packets", "query", "--topic", "ct:new:*"], '"ct:new:*" is a topic of flows', "netlogctl flows query"],
    [["packets", "query", "--topic", "x"], 'no topic is like "x"', "nft:drop:input"],
  ])("%j", async (args, message, remedy) => {
    const { code, stdout, stderr } = await runCli([...args, "--store", store.file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain(remedy);
  });
});
