import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import Libsql from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NetlogEvent, PacketEvent } from "../../src/core/event/event.ts";
import { ROOT, runCli } from "../helpers/cli.ts";
import { batchOf, TrialStore } from "../helpers/stored.ts";
import { trafficOf } from "../helpers/traffic.ts";

const store = new TrialStore();
const FIRST = 1_790_000_000_000_000;
const LOSS: NetlogEvent = { schema: 1, kind: "loss", ts: "2026-11-29T10:00:02.500000000Z", count: 7, why: "no room" };
const HOSTILE: PacketEvent = {
  ...(trafficOf(["x"], 1, 9)[0] as PacketEvent),
  prefix: 'a",\u001b[31m=1',
  topic: 'nft:a",\u001b[31m=1',
};
const EVENTS: NetlogEvent[] = [
  ...[0, 1, 2].flatMap((round) => trafficOf(["drop:in", "DROP:in", "wan"], 100, round)),
  LOSS,
  ...trafficOf(["drop:in", "wan"], 100, 3),
  HOSTILE,
];
const packets = EVENTS.filter((event) => event.kind !== "loss");

beforeAll(async () => {
  const writer = await store.write();
  writer.add(batchOf(EVENTS, FIRST));
  writer.commit(Date.now());
});
afterAll(() => store.remove());

const query = (...args: string[]) => runCli(["packets", "query", "--store", store.file, ...args]);
const count = async (...args: string[]): Promise<number> => Number((await query("--count", ...args)).stdout);

test("everything, in its order, as it was stored", async () => {
  const { code, stdout, stderr } = await query();
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as NetlogEvent);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(lines).toEqual(EVENTS.map((event, at) => ({ ...event, cursor: FIRST + at })));
  expect((await query("--json")).stdout).toBe(stdout);
});

test("the newest, told in the order of time", async () => {
  const { stdout } = await query("--limit", "102");
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as NetlogEvent).ts),
  ).toEqual(EVENTS.slice(-103).map(({ ts }) => ts));
});

describe("what is asked for", () => {
  test.each<[string, string[], (event: PacketEvent) => boolean]>([
    ["a prefix, in which case counts", ["--prefix", "drop:*"], ({ prefix }) => prefix.startsWith("drop:")],
    ["a topic", ["--topic", "nft:drop:*"], ({ topic }) => topic.startsWith("nft:drop:")],
    [
      "a time",
      ["--since", "2026-11-29T10:00:01Z", "--until", "2026-11-29T10:00:02Z"],
      ({ ts }) => ts >= "2026-11-29T10:00:01" && ts <= "2026-11-29T10:00:02.0",
    ],
    ["an address", ["--src", "10.1.0.0/16"], ({ src }) => src?.startsWith("10.1.") === true],
    [
      "one of two",
      ["--dst", "192.168.1.1", "--dst", "192.168.1.3-192.168.1.4"],
      ({ dst }) => /\.[134]$/.test(dst ?? ""),
    ],
    ["either end", ["--addr", "192.168.1.0/31"], ({ dst }) => /\.[01]$/.test(dst ?? "")],
    ["a port", ["--port", "22", "--port", "80-443"], ({ dport }) => dport === 22 || dport === 80 || dport === 443],
    [
      "a filter",
      ["-w", "dport = 22 and src in 10.2.0.0/16", "--prefix", "wan"],
      ({ dport, src, prefix }) => dport === 22 && src?.startsWith("10.2.") === true && prefix === "wan ",
    ],
  ])("%s", async (_, args, isMeant) => {
    const meant = packets.filter((event) => isMeant(event as PacketEvent));
    expect(meant.length).toBeGreaterThan(0);
    expect(await count(...args)).toBe(meant.length);
    const { stdout } = await query(...args, "-F", "csv", "--fields", "ts,src,dst");
    expect(stdout.split("\n").slice(1, -1)).toEqual(
      meant.map((event) => {
        const { ts, src, dst } = event as PacketEvent;
        return [ts, src, dst].join(",");
      }),
    );
  });
});

describe("forms", () => {
  test("a table", async () => {
    const { stdout, stderr } = await query("-F", "table", "--limit", "102", "--fields", "prefix,sport,tcp.flags");
    const [head, first] = stdout.split("\n");
    expect(head).toMatch(/^PREFIX +SPORT +TCP\.FLAGS$/);
    expect(first).toMatch(/^\S+ +[0-9]+ +SYN$/);
    expect(stdout).toContain('a",\\u001b[31m=1');
    expect(stderr).toBe(
      "netlogctl: note: in this time 1 loss of 7 events were told: --format text has them in their place\n",
    );
  });

  test("text has the losses", async () => {
    expect((await query("-F", "text")).stdout).toContain("10:00:02.500  7 events were lost: no room\n");
  });

  test("CSV is quoted", async () => {
    expect((await query("-F", "csv", "--limit", "1", "--fields", "prefix")).stdout).toBe(
      'prefix\n"a"",\u001b[31m=1"\n',
    );
  });

  test("counts as JSON", async () => {
    expect(JSON.parse((await query("--count", "--json")).stdout)).toEqual({ packets: 401, losses: 1 });
  });

  test("what stands out", async () => {
    const { stdout } = await query("--summary");
    expect(stdout).toMatch(
      /^401 packets from 2026-11-29T10:00:00\..* to 2026-11-29T10:00:09\..*; 1 loss of 7 events\n/,
    );
    expect(stdout).toMatch(/\nPREFIX +COUNT +SHARE\n/);
    expect(stdout).toContain("tcp/22");
    const { prefixes, timeline } = JSON.parse((await query("--summary", "--json")).stdout);
    expect(prefixes.map(({ what }: { what: string }) => what).sort()).toEqual([
      "DROP:in",
      'a",\u001b[31m=1',
      "drop:in",
      "wan",
    ]);
    expect(timeline.counts.reduce((sum: number, one: number) => sum + one, 0)).toBe(401);
  });
});

describe("SQL", () => {
  test("over what the flags choose", async () => {
    const { stdout } = await query(
      "--prefix",
      "wan",
      "--sql",
      "SELECT prefix, \"in\", count(*) n FROM events WHERE kind = 'packet' GROUP BY 1, 2",
    );
    const wan = packets.filter((event) => (event as PacketEvent).prefix === "wan ").length;
    expect(JSON.parse(stdout)).toEqual({ prefix: "wan ", in: "eth0", n: wan });
  });

  test("with the event as JSON; as a table and CSV", async () => {
    const sql = "SELECT event ->> '$.tcp.window' w, count(*) n FROM events WHERE src IS NOT NULL GROUP BY 1";
    expect((await query("--sql", sql, "-F", "table")).stdout).toBe("w      n\n64240  401\n");
    expect((await query("--sql", sql, "-F", "csv")).stdout).toBe("w,n\n64240,401\n");
  });

  test("in its order; and how SQLite finds it", async () => {
    const { stdout } = await query(
      "--sql",
      "SELECT DISTINCT dport FROM events WHERE dport > 0 ORDER BY dport DESC",
      "-F",
      "csv",
    );
    expect(stdout).toBe("dport\n3389\n443\n80\n23\n22\n");
    expect((await query("--sql", "EXPLAIN QUERY PLAN SELECT 1 FROM events")).stdout).toContain("SCAN");
  });

  test.each([
    ["SELECT nonsense FROM events", 1, "no such column: nonsense"],
    ["ATTACH '/tmp/x' AS y", 2, "it begins with ATTACH"],
    ["SELECT 1; SELECT 2", 2, "there is more than one statement"],
    ["WITH a AS (SELECT 1) DELETE FROM loaded", 1, "syntax error"],
    ["SELECT load_extension('/tmp/x.so')", 1, "unsafe use of load_extension()"],
    ["SELECT readfile('/etc/passwd')", 1, "unsafe use of readfile()"],
    ["SELECT \"writefile\"('/tmp/x', 'y')", 1, "unsafe use of writefile()"],
    ["SELECT * FROM 'fsdir' WHERE path = '/'", 1, 'unsafe use of virtual table "fsdir"'],
    ["SELECT (SELECT [readfile]('/etc/passwd')) FROM events", 1, "unsafe use of readfile()"],
  ])("%s", async (sql, code, message) => {
    const result = await query("--sql", sql);
    expect(result).toMatchObject({ code, stdout: "" });
    expect(result.stderr).toContain(message);
  });
});

describe("what cannot be answered", () => {
  test.each([
    [["--since", "soon"], 2, '--since: "soon" is no time'],
    [["--since", "1h", "--until", "2h"], 2, "--since is later than --until"],
    [["--src", "10.0.0.300"], 2, '"10.0.0.300" is no address'],
    [["--port", "http"], 2, '"http" is no port'],
    [["-w", "nonsense = 1"], 2, "the filter is wrong"],
    [["-F", "csv", "--fields", "ts,sorce"], 2, 'events have no field "sorce"'],
    [["--json", "-F", "csv"], 2, "exclude each other"],
    [["--sql", "SELECT 1", "-F", "text"], 2, "it cannot be told as text"],
  ])("%j", async (args, code, message) => {
    const result = await query(...args);
    expect(result).toMatchObject({ code });
    expect(result.stderr + result.stdout).toContain(message);
  });

  test("no store, no database", async () => {
    const missing = await runCli(["packets", "query", "--store", `${store.directory}/none.db`]);
    expect(missing).toMatchObject({ code: 1, stdout: "" });
    expect(missing.stderr).toContain("there is no store");
    writeFileSync(`${store.directory}/text.db`, "nothing ".repeat(1000));
    expect((await runCli(["packets", "query", "--store", `${store.directory}/text.db`])).stderr).toContain(
      "is no SQLite database",
    );
  });

  test("a block that is broken: the rest is told, and the exit code says it", async () => {
    const other = new TrialStore();
    const writer = await other.write();
    writer.add(batchOf(EVENTS, FIRST));
    writer.commit(Date.now());
    const database = new Libsql(other.file);
    database.exec("UPDATE lines SET deflated = x'ff' WHERE block = 1");
    database.close();
    const { code, stdout, stderr } = await runCli(["packets", "query", "--store", other.file]);
    other.remove();
    expect(code).toBe(1);
    expect(stdout.split("\n").length).toBeGreaterThan(100);
    expect(stderr).toMatch(/block 1 is broken and left out/);
  });
});

test("a statement that never ends is ended by Ctrl-C", async () => {
  const numbers = (name: string): string => `${name}(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM ${name})`;
  const rows = "SELECT * FROM (SELECT x FROM a LIMIT 50000) UNION ALL SELECT count(*) FROM b";
  const endless = `WITH RECURSIVE ${numbers("a")}, ${numbers("b")} ${rows}`;
  const words = ["packets", "query", "--store", store.file, "--format", "json", "--sql", endless];
  const child = spawn(process.execPath, [`${ROOT}dist/bin/netlogctl.cjs`, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const ended = once(child, "exit");
    const [lines] = (await once(child.stdout, "data")) as [Buffer];
    expect(lines.toString().split("\n")[0]).toBe('{"x":1}');
    child.stdout.resume();
    child.kill("SIGINT");
    expect(await ended).toEqual([null, "SIGINT"]);
  } finally {
    child.kill("SIGKILL");
  }
});
