import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeKernelLog } from "../../../src/core/netlink/kernel-log.ts";
import { encodeRequest, messagesIn } from "../../../src/core/netlink/message.ts";
import { encodeListen } from "../../../src/core/netlink/nflog-config.ts";
import { readNflogMessage } from "../../../src/core/netlink/nflog-message.ts";
import { decodeTrace } from "../../../src/core/netlink/trace.ts";
import { RUNS } from "../../helpers/runs.ts";

test("binding a group is one message with its settings, which binds no family", () => {
  const settings = { copyRangeBytes: 96, threshold: 400, timeoutCs: 10, bufferBytes: 131_072 };
  // nlmsghdr, nfgenmsg with the group, then NFULA_CFG_: CMD bind, MODE (96 bytes, packets), NLBUFSIZ, TIMEOUT, QTHRESH, FLAGS (both sequences)
  const parts = [
    "48000000 0104 0500 07000000 00000000",
    "00 00 0005",
    "0500 0100 01 000000",
    "0a00 0200 00000060 02 00 0000",
    "0800 0300 00020000",
    "0800 0400 0000000a",
    "0800 0500 00000190",
    "0600 0600 0003 0000",
  ];
  expect(encodeListen(5, settings, 7).toString("hex")).toBe(parts.join("").replaceAll(" ", ""));
});

test("what was encoded is found again", () => {
  const value = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(
      fc.nat(65_535),
      fc.array(fc.record({ type: fc.integer({ min: 1, max: 200 }), value })),
      (resource, attributes) => {
        const [message, ...more] = messagesIn(encodeRequest({ type: 1024, sequence: 9, resource, attributes }));
        expect(more).toEqual([]);
        expect(message).toMatchObject({ type: 1024, sequence: 9 });
        expect(readNflogMessage(message?.bytes as Buffer).group).toBe(resource);
      },
    ),
    { numRuns: RUNS },
  );
});

test("any bytes are decoded without an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const { bytes: message } of messagesIn(Buffer.from(bytes))) {
        if (message.length < 20) continue;
        readNflogMessage(message);
        decodeTrace(message);
      }
      decodeKernelLog(Buffer.from(bytes).toString("latin1"));
    }),
    { numRuns: RUNS },
  );
});

test.each([
  [
    "6,1234,5678,-;fwd IN=eth0 OUT=lan0 MAC=02:00 SRC=192.0.2.1 DST=10.0.0.1 LEN=60 TOS=0x00",
    { level: 6, prefix: "fwd ", in: "eth0", out: "lan0", length: 60 },
  ],
  ["4,1,2,c;IN=eth0 OUT= MAC=", { level: 4, prefix: "", in: "eth0", out: null, length: null }],
  [
    "12,1,2,-;a\\x1bb\\xc3\\xa9 IN= OUT=lo SRC=::1 LEN=48\n SUBSYSTEM=net",
    { level: 4, prefix: "a\u001bbé ", in: null, out: "lo", length: 48 },
  ],
])("a line of the kernel log: %s", (record, wanted) => {
  expect(decodeKernelLog(record)).toEqual({ group: null, copied: null, ...wanted });
});

test.each(["6,1,2,-;veth0: link becomes ready", "6,1,2,-;x IN= OUT= y", ""])("another line: %s", (record) => {
  expect(decodeKernelLog(record)).toBeUndefined();
});
