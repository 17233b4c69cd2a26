import { expect, test } from "vitest";
import type { PacketEvent } from "../../../src/core/event/event.ts";
import {
  createKernelLogReader,
  KERNEL_LOG_FORMS,
  type KernelLogForm,
  type KernelLogOptions,
} from "../../../src/core/event/kernel-log.ts";

const LINE = "fwd IN=eth0 OUT=lan0 MAC= SRC=192.0.2.1 DST=10.0.0.1 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=47 ";
/** 2026-11-21T11:37:36Z */
const BOOT = 1_795_261_056n * 1_000_000_000n;

function read(log: string | Buffer, options: KernelLogOptions = {}): PacketEvent[] {
  const reader = createKernelLogReader(options);
  return [...reader.push(Buffer.from(log)), ...reader.end()];
}

function binary(name: string, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), size, bytes, Buffer.from("\n")]);
}

test("records of kmsg are of the clock as it is when they are read", () => {
  let boot = BOOT;
  const reader = createKernelLogReader({ form: "kmsg", readBoot: () => boot });
  const [before] = reader.push(Buffer.from(`4,1,1000000,-;${LINE}\n`));
  boot -= 172_800n * 1_000_000_000n;
  const [after] = reader.push(Buffer.from(`4,2,2000000,-;${LINE}\n`));
  expect([before?.ts, after?.ts]).toEqual(["2026-11-21T11:37:37.000000000Z", "2026-11-19T11:37:38.000000000Z"]);
});

const JOURNAL = {
  __CURSOR: "s=1;i=2",
  __REALTIME_TIMESTAMP: "1795261060000000",
  __MONOTONIC_TIMESTAMP: "9000000",
  _TRANSPORT: "kernel",
  PRIORITY: "4",
  _HOSTNAME: "fw",
  _SOURCE_MONOTONIC_TIMESTAMP: "5418900",
  MESSAGE: LINE,
};
const EXPORT = Object.entries(JOURNAL).map(([name, value]) => `${name}=${value}\n`);

test.each<[what: string, log: string | Buffer, told: object, options?: KernelLogOptions]>([
  [
    "a record of kmsg",
    `4,349,418900,-;${LINE}\n SUBSYSTEM=net\n`,
    { ts: "2026-11-21T11:37:36.418900000Z", level: 4 },
    { bootNanoseconds: BOOT },
  ],
  [
    "kmsg, the host being known",
    `6,1,0,c;${LINE}`,
    { ts: "1970-01-01T00:00:00.000000000Z", host: "fw", level: 6 },
    { host: "fw" },
  ],
  [
    "kmsg, escaped",
    `4,1,0,-;\\xc3\\xa9\\x5c ${LINE}\n`,
    { ts: "1970-01-01T00:00:00.000000000Z", level: 4, prefix: "é\\ fwd ", topic: "nft:é\\ fwd" },
  ],
  ["journalctl -o export", `${EXPORT.join("")}\n`, { ts: "2026-11-21T11:37:36.418900000Z", host: "fw", level: 4 }],
  [
    "an export whose message has its size before it",
    Buffer.concat([
      Buffer.from("__REALTIME_TIMESTAMP=1795261056000001\n"),
      binary("MESSAGE", `\u001b\n=${LINE}`.slice(3)),
      binary("X", "\n\n"),
    ]),
    { ts: "2026-11-21T11:37:36.000001000Z" },
  ],
  [
    "journalctl -o json",
    `${JSON.stringify(JOURNAL)}\n`,
    { ts: "2026-11-21T11:37:36.418900000Z", host: "fw", level: 4 },
  ],
  [
    "json whose message is bytes",
    JSON.stringify({
      _SOURCE_REALTIME_TIMESTAMP: "1795261056000001",
      __REALTIME_TIMESTAMP: "9",
      MESSAGE: [...Buffer.from(LINE)],
    }),
    { ts: "2026-11-21T11:37:36.000001000Z" },
  ],
  [
    "a log file",
    `Nov 21 11:37:36 fw kernel: [   12.345678] ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.000000000Z", host: "fw" },
    { year: 2026 },
  ],
  [
    "a log file of a zone",
    `Nov  1 00:07:36 fw kernel: ${LINE}\n`,
    { ts: "2026-10-31T22:37:36.000000000Z", host: "fw" },
    { year: 2026, offsetMinutes: 90 },
  ],
  ["LOGEMU", `Nov 21 11:37:36 fw ${LINE}\n`, { ts: "2026-11-21T11:37:36.000000000Z", host: "fw" }, { year: 2026 }],
  ["ulogd by syslog", `Nov 21 11:37:36 fw ulogd[12]: ${LINE}\n`, { ts: "1970-11-21T11:37:36.000000000Z", host: "fw" }],
  [
    "short-precise",
    `Nov 21 11:37:36.418900 fw kernel: ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.418900000Z", host: "fw" },
    { year: 2026 },
  ],
  ["short-iso", `2026-11-21T12:37:36+0100 fw kernel: ${LINE}\n`, { ts: "2026-11-21T11:37:36.000000000Z", host: "fw" }],
  [
    "short-iso-precise",
    `2026-11-21T12:37:36.418900+01:00 fw kernel: ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.418900000Z", host: "fw" },
  ],
  ["short-unix", `1795261056.418900 fw kernel: ${LINE}\n`, { ts: "2026-11-21T11:37:36.418900000Z", host: "fw" }],
  [
    "rsyslog's own stamp",
    `2026-11-21T11:37:36.4189Z fw kernel: [    9.000000] ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.418900000Z", host: "fw" },
  ],
  [
    "RFC 5424",
    `<4>1 2026-11-21T11:37:36.4189Z fw kernel - - - ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.418900000Z", host: "fw", level: 4 },
  ],
  ["dmesg", `[    0.418900] ${LINE}\n`, { ts: "2026-11-21T11:37:36.418900000Z" }, { bootNanoseconds: BOOT }],
  [
    "dmesg --raw with callers",
    `<4>[    0.418900][  T123] ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.418900000Z", level: 4 },
    { bootNanoseconds: BOOT },
  ],
  [
    "journalctl --no-hostname",
    `Nov 21 11:37:36 kernel: ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.000000000Z" },
    { year: 2026 },
  ],
  [
    "a stamp without a zone or a host",
    `2026-11-21T10:07:36.4189 [    9.000000] ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.418900000Z" },
    { offsetMinutes: -90 },
  ],
  [
    "dmesg --time-format iso",
    `2025-11-21T11:37:36,123456+00:00 ${LINE}\n`,
    { ts: "2025-11-21T11:37:36.123456000Z" },
    { offsetMinutes: 90 },
  ],
  [
    "dmesg -T",
    `[Fri Nov 21 11:37:36 2025] ${LINE}\n`,
    { ts: "2025-11-21T12:37:36.000000000Z" },
    { year: 2026, offsetMinutes: -60 },
  ],
  [
    "dmesg -x",
    `kern  :warn  : [    0.418900] ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.418900000Z", level: 4 },
    { bootNanoseconds: BOOT },
  ],
  [
    "dmesg -xT",
    `kern  :info  : [Sat Nov  1 11:37:36 2025] ${LINE}\n`,
    { ts: "2025-11-01T11:37:36.000000000Z", level: 6 },
  ],
  [
    "short-monotonic",
    `[    0.418900] fw kernel: ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.418900000Z", host: "fw" },
    { bootNanoseconds: BOOT },
  ],
  ...["UTC", "GMT", "Z", "+00", "CET"].map((zone): [string, string, object] => [
    `short-full in ${zone}`,
    `Fri 2025-11-21 11:37:36 ${zone} fw kernel: ${LINE}\n`,
    { ts: "2025-11-21T11:37:36.000000000Z", host: "fw" },
  ]),
  ...["CET", "+01", "+0100", "+01:00"].map((zone): [string, string, object, KernelLogOptions] => [
    `short-full in ${zone}, an hour east`,
    `Fri 2025-11-21 12:37:36 ${zone} fw kernel: ${LINE}\n`,
    { ts: "2025-11-21T11:37:36.000000000Z", host: "fw" },
    { offsetMinutes: 60 },
  ]),
  [
    "a month in lower case",
    `nov 21 11:37:36 fw kernel: ${LINE}\n`,
    { ts: "2026-11-21T11:37:36.000000000Z", host: "fw" },
    { year: 2026 },
  ],
])("of %s a packet is read", (_, log, told, options) => {
  const [event, ...more] = read(log, options);
  expect(more).toEqual([]);
  const whole = {
    ...{ schema: 1, kind: "packet", ts_source: "log", source: "kmsg", prefix: "fwd ", topic: "nft:fwd" },
    ...{ in: "eth0", out: "lan0", src: "192.0.2.1", dst: "10.0.0.1", proto: "gre", len: 60, ttl: 64 },
    ip: { version: 4, tos: 0, id: 1 },
  };
  expect(event).toEqual({ ...whole, ...told });
});

test.each<[what: string, log: string]>([
  ["other messages of the kernel", "6,1,2,-;veth0: link becomes ready\n6,2,2,-;x IN= OUT= y\n"],
  ["what a program wrote to the kernel log", `12,1,2,-;${LINE}\n`],
  ["what a program wrote to the journal", `${EXPORT.join("").replace("=kernel", "=syslog")}\n`],
  ["what a program wrote to the journal, as json", JSON.stringify({ ...JOURNAL, _TRANSPORT: "stdout" })],
  ["what a program wrote to a log file", `Nov 21 11:37:36 fw sshd[7]: Invalid user ${LINE}\n`],
  ["what a program wrote, short-monotonic", `[    5.123456] fw sshd[7]: Invalid user ${LINE}\n`],
  ["what a program wrote to the kernel log, dmesg -x", `user  :warn  : [    5.123456] ${LINE}\n`],
  ["a month that is none, dmesg -T", `[Fri Nox 21 11:37:36 2025] ${LINE}\n`],
  ["lines without a stamp", `${LINE}\n`],
  ["a month that is none", `Nox 21 11:37:36 fw kernel: ${LINE}\n`],
  ["a time that is none", `2026-13-41T99:37:36Z fw kernel: ${LINE}\n`],
  ["json that is none", `{"MESSAGE":"${LINE}"\n{"MESSAGE":null}\n{"MESSAGE":{"a":1}}\n[]\nnull\n`],
  ["nothing", ""],
  ["empty lines", "\n \n\n"],
])("of %s none is read", (_, log) => {
  expect(read(log)).toEqual([]);
});

test("ulogd's lines in the journal are believed", () => {
  expect(read(JSON.stringify({ ...JOURNAL, _TRANSPORT: "syslog", _COMM: "ulogd" }))).toHaveLength(1);
});

test("from December to January the year goes on", () => {
  const lines = ["Dec 31 23:59:59", "Jan  1 00:00:00", "Feb  1 00:00:00", "Jan 31 00:00:00"];
  const log = lines.map((stamp) => `${stamp} fw kernel: ${LINE}\n`).join("");
  expect(read(log, { year: 2025 }).map(({ ts }) => ts.slice(0, 10))).toEqual([
    "2025-12-31",
    "2026-01-01",
    "2026-02-01",
    "2026-01-31",
  ]);
});

/** 2026-11-21T11:37:36Z */
const NOW = 1_795_261_056;

test.each([
  ["Nov 22 11:37:36", "2026-11-22"],
  ["Nov 22 11:37:37", "2025-11-22"],
  ["Dec 31 11:37:36", "2025-12-31"],
  ["Jan  1 11:37:36", "2026-01-01"],
])("in November %s is %s", (stamp, day) => {
  const log = `${stamp} fw kernel: ${LINE}\n`.repeat(2);
  expect(read(log, { year: 2026, nowSeconds: NOW }).map(({ ts }) => ts.slice(0, 10))).toEqual([day, day]);
});

test("behind the December of the year before comes this year's January", () => {
  const log = ["Dec 31 23:59:59", "Jan  1 00:00:00"].map((stamp) => `${stamp} fw kernel: ${LINE}\n`).join("");
  expect(read(log, { year: 2026, nowSeconds: NOW }).map(({ ts }) => ts.slice(0, 4))).toEqual(["2025", "2026"]);
});

test.each<[form: KernelLogForm, log: string | Buffer, first: number[]]>([
  ["kmsg", `6,1,2,-;other\n12,1,2,-;${LINE}\n4,1,2,-;${LINE}\n`, [2]],
  ["syslog", `\nNov 21 11:37:36 fw other\nNox 21 11:37:36 fw kernel: ${LINE}\n${LINE}`, [3, 4]],
  ["json", `{"MESSAGE":"other"}\n{"MESSAGE":"${LINE}"\n`, [2]],
  ["json", JSON.stringify({ _TRANSPORT: "stdout", MESSAGE: [...Buffer.from(LINE)] }), [1]],
  ["export", `MESSAGE=other\n\n_TRANSPORT=stdout\nMESSAGE=${LINE}\n\n${EXPORT.join("")}`, [4]],
  [
    "export",
    Buffer.concat([Buffer.from("_TRANSPORT=x\n"), binary("X", "\n\n"), binary("MESSAGE", LINE), Buffer.from("\n")]),
    [6],
  ],
])("what looks like a packet in %s (%#) and is not read is counted", (form, log, first) => {
  const reader = createKernelLogReader({ form });
  expect(reader.unread()).toEqual({ lines: 0, first: [] });
  reader.push(Buffer.from(log));
  reader.end();
  expect(reader.unread()).toEqual({ lines: first.length, first });
});

const SEVERAL: Readonly<Record<KernelLogForm, Buffer>> = {
  kmsg: Buffer.from(`4,1,1,-;ä ${LINE}\n SUBSYSTEM=net\n6,2,2,-;other\n4,3,3,-;${LINE}\n`),
  json: Buffer.from(`${JSON.stringify(JOURNAL)}\n{"MESSAGE":"other"}\n${JSON.stringify(JOURNAL)}`),
  syslog: Buffer.from(
    `Nov 21 11:37:36 fw kernel: ä ${LINE}\n\nNov 21 11:37:36 fw x\nNov 21 11:37:37 fw kernel: ${LINE}`,
  ),
  export: Buffer.concat([
    ...[Buffer.from(EXPORT.slice(0, -1).join("")), binary("_SELINUX", "\n\n\0"), binary("MESSAGE", `ä ${LINE}`)],
    Buffer.from(`\n\nMESSAGE=other\n\n${EXPORT.join("")}`),
  ]),
};

test.each(KERNEL_LOG_FORMS)(
  "%s that comes byte by byte is the same as at once, though memory is used again",
  (form) => {
    const log = SEVERAL[form];
    const whole = read(log);
    expect(whole).toHaveLength(2);
    expect(read(log, { form })).toEqual(whole);
    for (const size of [1, 2, 7, 100]) {
      const reader = createKernelLogReader();
      const memory = Buffer.alloc(size);
      const events: PacketEvent[] = [];
      for (let at = 0; at < log.length; at += size) {
        const copied = log.copy(memory, 0, at);
        events.push(...reader.push(memory.subarray(0, copied)));
      }
      expect([...events, ...reader.end()]).toEqual(whole);
    }
  },
);

test.each(KERNEL_LOG_FORMS)("a line without an end is not held as %s, and what follows it is read", (form) => {
  const reader = createKernelLogReader({ form });
  const chunk = Buffer.alloc(1 << 20, "x");
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 200; count += 1) expect(reader.push(chunk)).toEqual([]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  const rest = Buffer.concat([Buffer.from("=\n"), SEVERAL[form]]);
  expect([...reader.push(rest), ...reader.end()]).toHaveLength(2);
});

test("a value that says it is endless takes the rest", () => {
  const endless = Buffer.concat([
    Buffer.from("MESSAGE\n"),
    Buffer.alloc(8, 0xff),
    Buffer.from(`x\n\n${EXPORT.join("")}`),
  ]);
  expect(read(endless)).toEqual([]);
});

test.each([
  ["a size that no journal has", [255, 255, 255, 255, 255, 255, 255, 255]],
  ["a value that is cut off", [200, 0, 0, 0, 0, 0, 0, 0]],
])("an export with %s: what is behind it is told as unread", (_, size) => {
  const reader = createKernelLogReader({ form: "export" });
  const text = "_TRANSPORT=kernel\nMESSAGE\n";
  const broken = Buffer.concat([
    Buffer.from(text),
    Buffer.from(size),
    Buffer.from("x IN=a OUT= SRC=1.1.1.1\n\n".repeat(3)),
  ]);
  expect([...reader.push(broken), ...reader.end()]).toEqual([]);
  expect(reader.unread()).toEqual({ lines: 1, first: [2] });
});
