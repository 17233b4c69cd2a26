import fc from "fast-check";
import { expect, test } from "vitest";
import { PacketEvent } from "../../../src/core/event/event.ts";
import { createKernelLogReader, KERNEL_LOG_FORMS } from "../../../src/core/event/kernel-log.ts";
import { encodeTime, parseRfc3339 } from "../../../src/core/event/rfc3339.ts";
import { RUNS } from "../../helpers/runs.ts";

const WORDS = [
  ...[
    "4,1,2,-;",
    "<4>",
    "Nov 21 11:37:36 ",
    "fw ",
    "kernel: ",
    "[    1.000000] ",
    "2026-11-21T11:37:36Z ",
    "2026-11-21T11:37:36,123456+00:00 ",
    "[Fri Nov 21 11:37:36 2025] ",
    "kern  :warn  : ",
    "Fri 2025-11-21 11:37:36 UTC ",
    "\\x1b",
    "\n",
    "\n\n",
  ],
  ...[
    '{"MESSAGE":"',
    '"}',
    "MESSAGE=",
    "MESSAGE\n",
    "\x05\0\0\0\0\0\0\0",
    "__REALTIME_TIMESTAMP=99\n",
    "_TRANSPORT=kernel\n",
  ],
  ...["x IN=eth0 OUT= MAC= ", "SRC=1.2.3.4 DST=1.2.3.5 LEN=60 ", "TTL=64 ID=1 ", "PROTO=UDP SPT=1 DPT=2 LEN=40 "],
];

test("any bytes in any pieces give right events and end", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((all) => Buffer.from(all)),
    fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => Buffer.from(words.join(""))),
  );
  const form = fc.option(fc.constantFrom(...KERNEL_LOG_FORMS), { nil: undefined });
  fc.assert(
    fc.property(bytes, form, fc.array(fc.nat(300), { maxLength: 5 }), (bytes, form, cuts) => {
      const options = form === undefined ? {} : { form };
      const reader = createKernelLogReader(options);
      const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
      const events = ends.flatMap((end, index) => reader.push(bytes.subarray(ends[index - 1] ?? 0, end)));
      const all = [...events, ...reader.end()];
      for (const event of all) expect(JSON.stringify(PacketEvent.parse(event))).toBe(JSON.stringify(event));
      const once = createKernelLogReader(options);
      expect([...once.push(bytes), ...once.end()]).toEqual(all);
      expect(once.unread()).toEqual(reader.unread());
    }),
    { numRuns: RUNS * 3 },
  );
});

test("a time is read back as it was written, to the nanosecond", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 253_402_300_799_999_999_999n), (nanoseconds) => {
      const text = encodeTime(nanoseconds) ?? "";
      expect(parseRfc3339(text)).toBe(text);
      const [seconds = "", fraction = ""] = text.slice(0, -1).split(".");
      expect(BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction)).toBe(nanoseconds);
    }),
    { numRuns: RUNS },
  );
});

test.each([
  ["2026-11-21T11:37:36Z", "2026-11-21T11:37:36.000000000Z"],
  ["2026-11-21 11:37:36.5+01:00", "2026-11-21T10:37:36.500000000Z"],
  ["2026-11-21T11:37:36,123456789-0130", "2026-11-21T13:07:36.123456789Z"],
  ["2026-11-21t11:37:36z", "2026-11-21T11:37:36.000000000Z"],
  ["9999-12-31T23:59:59-01:00", undefined],
  ["2026-13-01T00:00:00Z", undefined],
  ["2026-11-21T11:37:36", undefined],
  ["10:32", undefined],
])("%s is the time %s", (text, wanted) => {
  expect(parseRfc3339(text)).toBe(wanted);
});

test("a time before 1970 counts its nanoseconds forwards", () => {
  expect(encodeTime(-1n)).toBe("1969-12-31T23:59:59.999999999Z");
});
