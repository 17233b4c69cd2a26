import { packetsOf } from "../../../dist/src/core/log-test/packets.js";
import { parseTestFile } from "../../../dist/src/core/log-test/test-file.js";
import { wiringOf } from "../../../dist/src/core/log-test/wiring.js";
import { decodeNetwork } from "../../../dist/src/core/packet/network.js";
import { fixtures } from "../targets.js";

/** Files of log tests: each packet that is made can be decoded. */
export const target = {
  tokens: [
    "version: 1\n",
    "tests:\n",
    "- name: x\n",
    "packets:\n",
    "- { in: eth0, ",
    "tcp: { dport: 22, flags: syn }",
    "hex: 45",
    "frame: 00",
    "pcap: a",
    "times: 3",
    "rate: 5/second",
    "logged: []",
    "interfaces: { eth0: [10.0.0.1/24] }",
    "icmp: { type: echo-request }",
  ],
  seeds: () => fixtures("log-tests", /\.test\.yaml$/),
  run(/** @type {Buffer} */ bytes) {
    const { tests, interfaces } = parseTestFile(bytes.toString("utf8"), "f");
    const wiring = wiringOf(interfaces);
    for (const { document, where } of tests.slice(0, 10)) {
      const few = document.packets.slice(0, 10).map((packet) => ({ ...packet, times: Math.min(packet.times, 3) }));
      for (const packet of few.flatMap((one) => packetsOf(one, { wiring, captureOf: () => [], where }))) {
        decodeNetwork(Buffer.from(packet.bytes, "hex"), 0x0800);
      }
    }
  },
};
