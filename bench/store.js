// Events into the store of the log service beside a plain table of SQLite with a row and four indexes for each event, in the
// same run, interleaved: events per second, and bytes that each event takes on the disk. Run it through `npm run bench:store`
// after a build. Arguments: events, rounds.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Libsql from "libsql";
import { cutBatch } from "../dist/src/core/event/batch.js";
import { openHost, openStore } from "../dist/src/index.js";

const [EVENTS = 1_000_000, ROUNDS = 3] = process.argv.slice(2).map(Number);
const [BATCH, WAITING_MAX, PLAIN_SHARE, FIRST] = [1000, 48 * 2 ** 20, 5, 1_790_000_000_000_000];
const program = fileURLToPath(new URL("../dist/bin/store-worker.cjs", import.meta.url));
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
const BEGIN = Date.parse("2026-11-29T00:00:00Z");

const any = (below) => Math.floor(Math.random() * below);
const lineOf = (number) => {
  const prefix = PREFIXES[any(PREFIXES.length)];
  return `{"schema":1,"kind":"packet","ts":"${new Date(BEGIN + number).toISOString().slice(0, 23)}${String(any(1e6)).padStart(6, "0")}Z","ts_source":"kernel","host":"router","source":"nflog","group":5,"prefix":"${prefix} ","topic":"nft:${prefix}","hook":"input","family":"ip","in":"eth0","in_index":2,"seq":${number},"seq_global":${number},"ether":{"src":"02:00:00:00:00:01","dst":"02:00:00:00:00:02","type":2048,"hw_type":1},"src":"10.0.${any(16)}.${any(256)}","dst":"192.168.1.${any(8)}","proto":"tcp","sport":${1024 + any(60_000)},"dport":${[22, 23, 80, 443, 3389][any(5)]},"len":60,"ttl":57,"ip":{"version":4,"tos":0,"id":${any(65_536)},"flags":["DF"]},"tcp":{"flags":["SYN"],"seq":${any(2 ** 32)},"ack":0,"window":64240,"options":{"mss":1460,"window_scale":7,"sack_permitted":true,"timestamp":[${any(2 ** 32)},0]}}}\n`;
};
const batches = Array.from({ length: Math.ceil(EVENTS / BATCH) }, (_, at) =>
  cutBatch(Array.from({ length: BATCH }, (_, index) => lineOf(at * BATCH + index)).join(""), FIRST + at * BATCH),
);

async function blocks(directory) {
  const file = join(directory, "events.db");
  const failed = (error) => {
    throw error;
  };
  const store = await openStore(
    await openHost({}),
    program,
    { file, topics: [{ match: "*" }] },
    { onNote() {}, onFailure: failed },
  );
  for (const batch of batches) {
    while (store.figures().waitingBytes > WAITING_MAX) await pause(2);
    store.add(batch);
  }
  await store.close();
  return { file, events: EVENTS };
}

/** As a person would write it: each commit half a second's worth. It is slow: a part of the events will do. */
function rows(directory) {
  const file = join(directory, "plain.db");
  const database = new Libsql(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE events (cursor INTEGER PRIMARY KEY, ts TEXT, topic TEXT, src TEXT, dst TEXT, line TEXT);
    CREATE INDEX by_ts ON events (ts); CREATE INDEX by_topic ON events (topic, ts);
    CREATE INDEX by_src ON events (src); CREATE INDEX by_dst ON events (dst)`);
  const insert = database.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)");
  const some = batches.slice(0, Math.ceil(batches.length / PLAIN_SHARE));
  for (const [at, batch] of some.entries()) {
    if (at % 20 === 0) database.exec("BEGIN");
    for (const line of batch.text.toString("utf8").trimEnd().split("\n")) {
      const { cursor, ts, topic, src, dst } = JSON.parse(line);
      insert.run([cursor, ts, topic, src, dst, line]);
    }
    if (at % 20 === 19 || at === some.length - 1) database.exec("COMMIT");
  }
  database.close();
  return { file, events: some.length * BATCH };
}

const figures = { blocks: [], rows: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, fill] of Object.entries({ blocks, rows })) {
    const directory = mkdtempSync(join(tmpdir(), "netlogctl-bench-store-"));
    const begin = performance.now();
    const { file, events } = await fill(directory);
    const seconds = (performance.now() - begin) / 1000;
    figures[name].push({ perSecond: events / seconds, bytes: statSync(file).size / events });
    rmSync(directory, { recursive: true });
  }
}
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
for (const [name, rounds] of Object.entries(figures)) {
  const [perSecond, bytes] = ["perSecond", "bytes"].map((key) => median(rounds.map((round) => round[key])));
  process.stdout.write(
    `${name.padEnd(8)} ${Math.round(perSecond)} events/s, ${Math.round(bytes)} bytes each on the disk\n`,
  );
}
const ratio = median(figures.blocks.map(({ perSecond }, at) => perSecond / figures.rows[at].perSecond));
process.stdout.write(`ratio    ${ratio.toFixed(1)}\n`);
