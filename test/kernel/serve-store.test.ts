import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { LossEvent, NetlogEvent, PacketEvent } from "../../src/core/event/event.ts";
import { HELPERS, type Lab, openLab } from "../helpers/lab.ts";
import { openServe, type Served, writeIntent } from "../helpers/serve.ts";
import { ruleset, sendUdp } from "../helpers/stream.ts";

const RULES = `
table inet t {
  chain out {
    type filter hook output priority 0
    udp dport 9 log prefix "drop:one " group 1
    udp dport 10 log prefix "wan:two " group 2
  }
}
`;

const intentOf = (topics: string): string =>
  `version: 1\nserve: { groups: [1, 2], store: { topics: [${topics}] }, metrics: /run/metrics.sock }\n`;

const ALL = '{ match: "nft:*", max-size: 64MiB }';

async function openStored(topics = ALL): Promise<{ lab: Lab; served: Served }> {
  const lab = await openLab();
  await ruleset(lab, RULES);
  return { lab, served: await openServe(lab, intentOf(topics)) };
}

/** Waits until so many events were written to the store since the service began. */
async function written(lab: Lab, count: number): Promise<void> {
  const figures = `'${process.execPath}' ${HELPERS}/http-get.js /run/metrics.sock /metrics`;
  const wanted = `netlogctl_sink_written_total{sink="store"} ${count}`;
  await lab.run("sh", ["-c", `until ${figures} | grep -qF '${wanted}'; do :; done`]);
}

async function query(lab: Lab, ...args: string[]): Promise<NetlogEvent[]> {
  const { code, stdout, stderr } = await lab.netlogctl("packets", "query", "--json", ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as NetlogEvent);
}

test("what came is found while the service runs, and behind its end; topics that are not kept are not", async () => {
  const { lab, served } = await openStored('{ match: "nft:drop:*", max-size: 64MiB }');
  await using _ = lab;
  await sendUdp(lab, 9, 10, 9);
  await written(lab, 2);
  expect(await query(lab)).toMatchObject([{ prefix: "drop:one " }, { prefix: "drop:one " }]);
  expect(await query(lab, "--prefix", "drop:*", "--port", "9", "--since", "1m")).toHaveLength(2);
  expect(await query(lab, "--topic", "nft:wan:*")).toEqual([]);
  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
  expect(await query(lab)).toHaveLength(2);
});

test("who comes back with a cursor is told what it missed, from before the service was started anew, too", async () => {
  const { lab, served } = await openStored();
  await using _ = lab;
  await sendUdp(lab, 9, 10);
  await sendUdp(lab, 9);
  await written(lab, 3);
  const [first] = (await query(lab)) as [PacketEvent];
  await served.signal("TERM");
  await served.running.ended;
  const again = await openServe(lab, intentOf(ALL));
  await sendUdp(lab, 10);
  const after = ["--after", String(first.cursor), "--count", "3", "--timeout", "60s"];
  const { stdout } = await lab.netlogctl("packets", "stream", "--source", "bus", "--json", ...after);
  const events = stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as PacketEvent);
  const cursors = events.map(({ cursor }) => cursor as number);
  expect(events.map(({ kind }) => kind)).toEqual(["packet", "packet", "packet"]);
  expect(cursors).toEqual(cursors.toSorted((a, b) => a - b));
  expect(cursors[0]).toBeGreaterThan(first.cursor as number);
  await again.signal("TERM");
  expect(await again.running.ended).toBe(0);
});

test("after kill -9 the service says what may be missing, and what was stored is there", async () => {
  const { lab, served } = await openStored();
  await using _ = lab;
  await sendUdp(lab, 9, 9);
  await written(lab, 2);
  await served.signal("KILL");
  await served.running.ended;
  const again = await openServe(lab, intentOf(ALL));
  const events = await query(lab);
  expect(events).toMatchObject([{ kind: "packet" }, { kind: "packet" }, { kind: "loss", count: 0 }]);
  expect((events[2] as LossEvent).why).toMatch(/^the log service ended without closing its store: what came after /);
  await again.signal("TERM");
  expect(await again.running.ended).toBe(0);
});

/** Opens the store as any program may that knows SQLite, and closes it. */
const LOOK = `const Libsql = require("${fileURLToPath(new URL("../../node_modules/libsql", import.meta.url))}");
const database = new Libsql("/var/lib/netlogctl-serve/events.db");
console.log(database.prepare("SELECT count(*) FROM blocks").raw().get()[0]);
database.close();`;

test("who opens the store with SQLite meanwhile takes nothing away of what is being written", async () => {
  const { lab, served } = await openStored();
  await using _ = lab;
  expect(await lab.run(process.execPath, ["-e", LOOK])).toMatchObject({ code: 0, stdout: "0\n", stderr: "" });
  await sendUdp(lab, 9, 9);
  await written(lab, 2);
  expect(await query(lab)).toHaveLength(2);
  expect(await lab.run(process.execPath, ["-e", LOOK])).toMatchObject({ code: 0, stdout: "1\n" });
  await sendUdp(lab, 9);
  await written(lab, 3);
  await served.signal("KILL");
  await served.running.ended;
  expect(await query(lab)).toHaveLength(3);
});

test("SIGHUP changes what is kept", async () => {
  const { lab, served } = await openStored();
  await using _ = lab;
  await sendUdp(lab, 9, 10);
  await written(lab, 2);
  await writeIntent(lab, intentOf('{ match: "nft:wan:*" }'));
  await served.signal("HUP");
  await served.running.line("read the intent again");
  await sendUdp(lab, 9, 10);
  await written(lab, 3);
  expect(await query(lab)).toMatchObject([{ prefix: "wan:two " }, { prefix: "wan:two " }]);
  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
});

test("a store that cannot be opened ends the service before anything is read", async () => {
  await using lab = await openLab();
  await writeIntent(lab, `version: 1\nserve: { groups: [1], store: { file: /run/netlog.yaml, topics: [${ALL}] } }\n`);
  const { code, stderr } = await lab.netlogctl("serve", "-f", "/run/netlog.yaml");
  expect(stderr).toContain("/run/netlog.yaml is no SQLite database");
  expect(code).toBe(1);
});
