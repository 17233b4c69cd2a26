import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Libsql from "libsql";
import { cutBatch } from "../../dist/src/core/event/batch.js";
import { openHost, openStore } from "../../dist/src/index.js";
import { ROOT } from "../lab.js";

const [EVENTS, PLAIN_SHARE] = [1_000_000, 5];
const [BATCH, WAITING_MAX, FIRST] = [1000, 48 * 2 ** 20, 1_790_000_000_000_000];
const [OURS, PLAIN] = ["store", "a row for each, four indexes"];
const BEGIN = Date.parse("2026-11-29T00:00:00Z");
const PREFIXES = [
  "drop:input",
  "drop:forward",
  "reject:lan",
  "accept:ssh",
  "wan:in",
  "lan:out",
  "dns:query",
  "ssh:new",
];

const any = (below) => Math.floor(Math.random() * below);
const lineOf = (number) => {
  const prefix = PREFIXES[any(PREFIXES.length)];
  return `{"schema":1,"kind":"packet","ts":"${new Date(BEGIN + number).toISOString().slice(0, 23)}${String(any(1e6)).padStart(6, "0")}Z","ts_source":"kernel","host":"router","source":"nflog","group":5,"prefix":"${prefix} ","topic":"nft:${prefix}","hook":"input","family":"ip","in":"eth0","in_index":2,"seq":${number},"seq_global":${number},"ether":{"src":"02:00:00:00:00:01","dst":"02:00:00:00:00:02","type":2048,"hw_type":1},"src":"10.0.${any(16)}.${any(256)}","dst":"192.168.1.${any(8)}","proto":"tcp","sport":${1024 + any(60_000)},"dport":${[22, 23, 80, 443, 3389][any(5)]},"len":60,"ttl":57,"ip":{"version":4,"tos":0,"id":${any(65_536)},"flags":["DF"]},"tcp":{"flags":["SYN"],"seq":${any(2 ** 32)},"ack":0,"window":64240,"options":{"mss":1460,"window_scale":7,"sack_permitted":true,"timestamp":[${any(2 ** 32)},0]}}}\n`;
};
const linesOf = (first) => Array.from({ length: BATCH }, (_, index) => lineOf(first + index)).join("");
const makeBatches = () =>
  Array.from({ length: EVENTS / BATCH }, (_, at) => cutBatch(Buffer.from(linesOf(at * BATCH)), FIRST + at * BATCH));

async function intoStore(file, batches) {
  const failed = (error) => {
    throw error;
  };
  const store = await openStore(
    await openHost({}),
    `${ROOT}dist/bin/store-worker.cjs`,
    { file, topics: [{ match: ["*"] }] },
    { onNote() {}, onFailure: failed },
  );
  for (const batch of batches) {
    while (store.figures().waitingBytes > WAITING_MAX) await pause(2);
    store.add(batch);
  }
  await store.close();
}

/** As a person would write it: each commit half a second's worth. */
function intoRows(file, batches) {
  const database = new Libsql(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE events (cursor INTEGER PRIMARY KEY, ts TEXT, topic TEXT, src TEXT, dst TEXT, line TEXT);
    CREATE INDEX by_ts ON events (ts); CREATE INDEX by_topic ON events (topic, ts);
    CREATE INDEX by_src ON events (src); CREATE INDEX by_dst ON events (dst)`);
  const insert = database.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)");
  for (const [at, batch] of batches.entries()) {
    if (at % 20 === 0) database.exec("BEGIN");
    for (const line of batch.text.toString("utf8").trimEnd().split("\n")) {
      const { cursor, ts, topic, src, dst } = JSON.parse(line);
      insert.run([cursor, ts, topic, src, dst, line]);
    }
    if (at % 20 === 19 || at === batches.length - 1) database.exec("COMMIT");
  }
  database.close();
}

async function measure(fill, batches) {
  const directory = mkdtempSync(join(tmpdir(), "netlogctl-bench-store-"));
  const file = join(directory, "events.db");
  const [begin, before] = [performance.now(), process.cpuUsage()];
  await fill(file, batches);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - begin) / 1000;
  const events = batches.length * BATCH;
  const bytes = statSync(file).size / events;
  rmSync(directory, { recursive: true });
  return { perSecond: events / seconds / 1000, cpu: (user + system) / events, bytes };
}

/** Events kept. */
export const benchmark = {
  about:
    "Events into the store of the log service on a disk, beside a table of SQLite with a row and four indexes for each. The more events per second, the better.",
  async *groups() {
    const batches = makeBatches();
    const some = batches.slice(0, batches.length / PLAIN_SHARE);
    yield {
      title: `${EVENTS / 1e6} M events`,
      rounds: 3,
      figures: [
        { key: "perSecond", title: "thousand events/s", digits: 0 },
        { key: "cpu", title: "processor us each", digits: 2 },
        { key: "bytes", title: "bytes each", digits: 0 },
      ],
      ratios: ["perSecond"],
      peer: PLAIN,
      cases: [
        { name: OURS, run: () => measure(intoStore, batches) },
        // It is slow: a part of the events will do.
        { name: PLAIN, run: () => measure(intoRows, some) },
      ],
      goals: [{ of: OURS, figure: "perSecond", least: 150 }],
    };
  },
};
