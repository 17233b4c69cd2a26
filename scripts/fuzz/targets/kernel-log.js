import assert from "node:assert/strict";
import { PacketEvent } from "../../../dist/src/core/event/event.js";
import { createKernelLogReader, KERNEL_LOG_FORMS } from "../../../dist/src/core/event/kernel-log.js";
import { decodeKernelLog, decodeKmsg } from "../../../dist/src/core/netlink/kernel-log.js";
import { fixtures } from "../targets.js";

/** The kernel log in its forms, which the first byte names, a fifth is a guess: in pieces or whole, the same packets. */
export const target = {
  tokens: [
    ...[
      "6,1,2,-;",
      " SUBSYSTEM=x\n",
      "[12.000001] ",
      "Nov 21 11:37:36 host kernel: ",
      "<6>",
      "2026-11-21T11:37:36+01:00 ",
    ],
    ...[
      "__CURSOR=x\n",
      "__REALTIME_TIMESTAMP=1795966833000000\n",
      "_TRANSPORT=kernel\n",
      "MESSAGE=",
      "MESSAGE\n\x05\0\0\0\0\0\0\0hello\n",
      "SYSLOG_IDENTIFIER=kernel\n",
    ],
    ...[
      '{"MESSAGE":',
      '"_TRANSPORT":"kernel"',
      "[73,78,61]",
      "IN=eth0 OUT= MAC= ",
      "SRC=10.0.0.1 DST=10.0.0.2 ",
      "LEN=40 TTL=64 ID=1 PROTO=UDP SPT=1 DPT=2 ",
    ],
  ],
  seeds: () => fixtures("packets", /nflog\.log$/).map((file) => file.subarray(0, 1500)),
  run(/** @type {Buffer} */ bytes) {
    const form = KERNEL_LOG_FORMS[(bytes[0] ?? 0) % (KERNEL_LOG_FORMS.length + 1)];
    const rest = bytes.subarray(1);
    const whole = read(form, [rest]);
    assert.deepEqual(read(form, [rest.subarray(0, 11), rest.subarray(11, 50), rest.subarray(50)]), whole);
    for (const event of whole) PacketEvent.parse(event);
    const text = rest.toString("latin1");
    decodeKmsg(text);
    decodeKernelLog(text);
  },
};

/** @param {any} form @param {readonly Buffer[]} pieces */
function read(form, pieces) {
  const reader = createKernelLogReader({
    ...(form && { form }),
    year: 2026,
    nowSeconds: 1_800_000_000,
    mayBeBare: true,
    bootNanoseconds: 5n,
  });
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}
