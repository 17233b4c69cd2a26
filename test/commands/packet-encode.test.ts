import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { encodePacket, type Packet } from "../../src/core/packet/encode.ts";
import { packet } from "../helpers/packets.ts";
import { RUNS } from "../helpers/runs.ts";

const FILE = join(tmpdir(), `netlogctl-packets-${process.pid}.pcap`);
afterAll(() => rmSync(FILE, { force: true }));

function pcap(packets: readonly Buffer[]): Buffer {
  const head = Buffer.from("d4c3b2a102000400000000000000000000000400" + "65000000", "hex");
  const records = packets.map((bytes) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(bytes.length, 12);
    return Buffer.concat([record, bytes]);
  });
  return Buffer.concat([head, ...records]);
}

test("tcpdump finds every checksum and length right", async () => {
  const packets = fc.sample(packet, RUNS);
  writeFileSync(FILE, pcap(packets.map(encodePacket)));
  const { stdout: told } = await execa("tcpdump", ["-n", "-vv", "-r", FILE], { stderr: "ignore" });
  const stdout = told.replace(/ \[RST .*\]$/gm, ""); // the bytes of a reset, as text
  expect(stdout).not.toMatch(/bad (udp )?cksum|incorrect|invalid|truncated|wrong|\[\|/);
  const count = (kind: Packet["layer4"]["kind"]): number => packets.filter(({ layer4 }) => layer4.kind === kind).length;
  expect(stdout.match(/ cksum 0x[0-9a-f]{4} \(correct\)/g)).toHaveLength(count("tcp"));
  expect(stdout.match(/\[udp sum ok\]/g)).toHaveLength(count("udp"));
});
