import { describe, expect, test } from "vitest";
import { createEventReader, type ReadOptions } from "../../../src/core/event/read-events.ts";

const TS = "2026-11-21T11:37:36.418900123Z";
const JSON_LINE = `{"schema":1,"kind":"packet","ts":"${TS}","ts_source":"kernel","source":"nflog","prefix":"a","topic":"nft:a"}`;
const COMPACT = `{"schema":1,"kind":"packet","ts":"${TS}","prefix":"a","src":"10.0.0.1"}`;
const LOSS = `{"schema":1,"kind":"loss","ts":"${TS}","count":3,"why":"no room"}`;
const SPR = `{"Prefix":"a","Action":"","Timestamp":"${TS}","InDev":"eth0","OutDev":""}`;
const ULOGD = '{"timestamp": "2026-11-21T11:37:36.418900", "dvc": "Netfilter", "oob.prefix": "a", "oob.in": "eth0"}';
const EVE = '{"timestamp":"2026-11-21T11:37:36.418900+0000","event_type":"drop","netfilter":{"prefix":"a"}}';
const ECS = `{"@timestamp":"${TS}","event":{"category":["network"]},"netlogctl":{"prefix":"a"}}`;
const LINE = "IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 PROTO=TCP SPT=1 DPT=22";
const JOURNAL = `{"__REALTIME_TIMESTAMP":"1795261056418900","_TRANSPORT":"kernel","MESSAGE":"a ${LINE}"}`;
const SYSLOG = `Nov 21 11:37:36 gw kernel: a ${LINE}`;
const KMSG = `4,1,5000000,-;a ${LINE}`;

function read(text: string | Buffer, options: ReadOptions = {}) {
  const reader = createEventReader({ kernelLog: { year: 2026 }, ...options });
  const all = Buffer.from(text);
  const half = Math.floor(all.length / 2);
  const events = [...reader.push(all.subarray(0, half)), ...reader.push(all.subarray(half)), ...reader.end()];
  return { events: events.map(({ event }) => event), unread: reader.unread() };
}

describe("the format is told by the first lines", () => {
  test.each([
    ["our JSON", JSON_LINE, TS],
    ["its compact fields", COMPACT, TS],
    ["a loss", LOSS, TS],
    ["SPR", SPR, TS],
    ["ulogd", ULOGD, "2026-11-21T11:37:36.418900000Z"],
    ["EVE", EVE, "2026-11-21T11:37:36.418900000Z"],
    ["ECS", ECS, TS],
    ["journalctl -o json", JOURNAL, "2026-11-21T11:37:36.418900000Z"],
    ["a log file", SYSLOG, "2026-11-21T11:37:36.000000000Z"],
    ["dmesg", `[    5.000000] a ${LINE}`, "1970-01-01T00:00:05.000000000Z"],
    ["/dev/kmsg", KMSG, "1970-01-01T00:00:05.000000000Z"],
    ["the kernel's text alone", `a ${LINE}`, "1970-01-01T00:00:00.000000000Z"],
    ["behind empty lines", `\n\r\n${SPR}`, TS],
    ["behind JSON that is nobody's", `{"a":1}\n{\n${SPR}`, TS],
  ])("%s", (_, text, ts) => {
    for (const end of ["", "\n"]) expect(read(text + end).events.map((event) => event.ts)).toEqual([ts]);
  });

  test("compact fields are read as those of a log", () => {
    expect(read(COMPACT).events).toEqual([
      {
        schema: 1,
        kind: "packet",
        ts: TS,
        ts_source: "log",
        source: "nflog",
        prefix: "a",
        topic: "nft:a",
        src: "10.0.0.1",
      },
    ]);
  });

  test.each([
    ["nothing", "", { lines: 0, first: [] }],
    ["lines of nobody", "hello\nworld\n", { lines: 0, first: [], problem: "it is in no format that is known" }],
    ["JSON of nobody", '{"a":1}\n', { lines: 0, first: [], problem: "it is in no format that is known" }],
    ["much of that", '{"a":1}\n'.repeat(100), { lines: 0, first: [], problem: "it is in no format that is known" }],
  ])("%s is in no format", (_, text, unread) => {
    expect(read(text)).toEqual({ events: [], unread });
  });
});

describe("what cannot be read is counted", () => {
  test("the first lines are told", () => {
    const bad = "{}\nx\n\n[1]\nnull\n";
    expect(read(`${JSON_LINE}\n${bad}${LOSS}`)).toMatchObject({
      events: [{ kind: "packet" }, { kind: "loss" }],
      unread: { lines: 4, first: [2, 3, 5] },
    });
  });

  test("lines of the kernel log that look like a packet are told", () => {
    const packet = "x IN=eth0 OUT= MAC= SRC=192.0.2.7 DST=192.0.2.1 LEN=40 TTL=64 ID=1 PROTO=47 ";
    const log = `Nov 21 11:37:36 fw kernel: ${packet}\nother\nNox 21 11:37:36 fw kernel: ${packet}\n`;
    expect(read(log)).toMatchObject({ events: [{}], unread: { lines: 1, first: [3] } });
  });

  test("an event of another schema is none", () => {
    expect(read(JSON_LINE.replace('"schema":1', '"schema":2')).unread.lines).toBe(1);
    expect(read(JSON_LINE.replace("{", '{"other":1,')).unread.lines).toBe(1);
  });

  test("a line that is too long is none, and the next one is read", () => {
    const long = JSON_LINE.replace('"prefix":"a"', `"prefix":"${"a".repeat(2 * 1024 * 1024)}"`);
    expect(read(`${JSON_LINE}\n${long}\n${JSON_LINE}\n`)).toMatchObject({
      events: [{}, {}],
      unread: { lines: 1, first: [2] },
    });
  });

  test("a format that was named is believed", () => {
    expect(read(SPR, { format: "json" })).toEqual({ events: [], unread: { lines: 1, first: [1] } });
    expect(read("hello", { format: "iptables" })).toEqual({ events: [], unread: { lines: 0, first: [] } });
    expect(read(SPR, { format: "pcap" }).unread.problem).toBe("it begins as neither pcap nor pcapng does");
  });
});

describe("bytes", () => {
  test.each([
    ["hex", "4500"],
    ["base64", "RQA="],
  ])("are those of the payload in %s", (encoding, payload) => {
    const line = JSON_LINE.replace("}", `,"payload":"${payload}","payload_encoding":"${encoding}"}`);
    expect(createEventReader().push(Buffer.from(`${line}\n`))[0]?.bytes).toEqual(Buffer.from("4500", "hex"));
  });
});
