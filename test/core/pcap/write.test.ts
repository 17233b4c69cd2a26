import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PacketEvent } from "../../../src/core/event/event.ts";
import { attributesIn } from "../../../src/core/netlink/message.ts";
import { readNflogMessage } from "../../../src/core/netlink/nflog-message.ts";
import { nflogRecord, nflogRecordOfMessage } from "../../../src/core/pcap/nflog.ts";
import { createPcapngWriter } from "../../../src/core/pcap/pcapng.ts";
import { readCapture } from "../../../src/core/pcap/read.ts";
import { LINKTYPE, pcapHeader, pcapRecord } from "../../../src/core/pcap/write.ts";
import { anyPacketEvent, packetEvent } from "../../helpers/events.ts";
import { packetBytes } from "../../helpers/packet-bytes.ts";
import { RUNS } from "../../helpers/runs.ts";

const EVENT: PacketEvent = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.418900123Z",
  ts_source: "kernel",
  source: "nflog",
  group: 5,
  prefix: "drop:in ",
  topic: "nft:drop:in",
  action: "blocked",
  hook: "input",
  family: "ip",
  in: "eth0",
  in_index: 2,
  mark: 5,
  uid: 1000,
  seq: 7,
  ip: { version: 4, tos: 0 },
  len: 60,
};
const BYTES = Buffer.from("4500003c", "hex");

const ETHER = { src: "02:00:00:00:00:01", dst: "02:00:00:00:00:02", type: 0x0800, hw_type: 1 };

describe("pcap", () => {
  test("a file of one packet", () => {
    const file = Buffer.concat([pcapHeader(LINKTYPE.raw), pcapRecord({ ts: EVENT.ts, bytes: BYTES, length: 60 })]);
    expect(file.toString("hex")).toBe(
      "4d3cb2a102000400" + // magic, version
        "0000000000000000" + // zone, accuracy
        "0000040065000000" + // snapshot length, link type
        "8082016b9be8f718" + // seconds, nanoseconds
        "040000003c000000" + // bytes kept, bytes there were
        "4500003c",
    );
  });

  test("an NFLOG packet has the attributes that the kernel has", () => {
    expect(nflogRecord(EVENT, BYTES).bytes.toString("hex")).toBe(
      "02000005" + // family, version, group
        "0800010008000100" + // EtherType and hook
        "0d000a0064726f703a696e2000000000" + // prefix
        "0800040000000002" + // interface
        "0800020000000005" + // mark
        "14000300000000006b0182800000000000066454" + // timestamp
        "08000b00000003e8" + // uid
        "08000c0000000007" + // seq
        "080009004500003c", // payload
    );
  });

  test("and those of the link", () => {
    const vlan = [{ protocol: 0x8100, id: 42, priority: 3 }];
    const { bytes } = nflogRecord({ ...EVENT, ether: ETHER, vlan }, BYTES);
    const values = new Map(attributesIn(bytes, 4).map(({ type, value }) => [type, value.toString("hex")]));
    expect(values.get(8)).toBe("000600000200000000010000");
    expect(values.get(15)).toBe("0001");
    expect(values.get(17)).toBe("000e");
    expect(values.get(16)).toBe("0200000000020200000000010800");
    expect(values.get(20)).toBe("060001008100000006000200602a0000");
  });

  test("a message of the kernel is kept as it is", () => {
    const message = Buffer.concat([Buffer.alloc(16), nflogRecord(EVENT, BYTES).bytes]);
    expect(nflogRecordOfMessage(EVENT.ts, message)).toEqual(nflogRecord(EVENT, BYTES));
  });
});

describe("pcapng", () => {
  test("a section, an interface, a packet with its comment; the interface only once", () => {
    const writer = createPcapngWriter("raw", "n");
    expect(writer.header.toString("hex")).toBe(
      "0a0d0d0a280000004d3c2b1a01000000ffffffffffffffff040001006e0000000000000028000000",
    );
    const described = "01000000280000006500000000000400020004006574683009000100090000000000000028000000";
    const packet =
      "0600000070000000" + // block
      "00000000" + // interface
      "6b0cea189be8f04a" + // nanoseconds since 1970, upper half first
      "040000003c0000004500003c" + // bytes kept, bytes there were, packet
      "01003c00707265666978202264726f703a696e202220616374696f6e20626c6f636b65642068" + // comment
      "6f6f6b20696e70757420696e2065746830206d61726b20307835" +
      "020004000100000000000000" + // inbound
      "70000000";
    expect(writer.encode(EVENT, BYTES).toString("hex")).toBe(described + packet);
    expect(writer.encode(EVENT, BYTES).toString("hex")).toBe(packet);
  });

  test.each<["raw" | "ethernet", string, Partial<PacketEvent>, string, string[]]>([
    ["raw", "IP", {}, "4500003c", ["4500003c"]],
    ["raw", "no IP", {}, "00010800", []],
    ["ethernet", "addresses", { ether: ETHER }, "4500003c", ["02000000000202000000000108004500003c"]],
    [
      "ethernet",
      "a tag",
      { ether: ETHER, vlan: [{ protocol: 0x8100, id: 42, priority: 3, dei: true }] },
      "45",
      ["0200000000020200000000018100702a080045"],
    ],
    ["ethernet", "no addresses", {}, "6000", ["00000000000000000000000086dd6000"]],
    ["ethernet", "ARP", { arp: { operation: 1 } }, "0001", ["00000000000000000000000008060001"]],
    ["ethernet", "nothing known", {}, "ff", ["00000000000000000000000088b5ff"]],
  ])("%s: %s", (link, _, fields, hex, expected) => {
    const writer = createPcapngWriter(link);
    const file = Buffer.concat([writer.header, writer.encode({ ...EVENT, ...fields }, Buffer.from(hex, "hex"))]);
    expect(readCapture(file, "f").map(({ bytes }) => bytes.toString("hex"))).toEqual(expected);
  });
});

describe("laws", () => {
  test("what is written is read back", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyPacketEvent, packetBytes), { maxLength: 4 }), (packets) => {
        const records = packets.map(([event, bytes]) => pcapRecord({ ts: event.ts, bytes, length: bytes.length }));
        const pcap = Buffer.concat([pcapHeader(LINKTYPE.raw), ...records]);
        const writer = createPcapngWriter("ethernet");
        const blocks = packets.map(([event, bytes]) => writer.encode({ ...event, vlan: [] }, bytes));
        const read = (file: Buffer): Buffer[] => readCapture(file, "f").map(({ bytes }) => bytes);
        expect(read(pcap)).toEqual(packets.map(([, bytes]) => bytes));
        expect(read(Buffer.concat([writer.header, ...blocks])).map((bytes) => bytes.subarray(14))).toEqual(read(pcap));
      }),
      { numRuns: RUNS },
    );
  });

  test("an NFLOG packet is decoded as a message of the kernel's is", () => {
    fc.assert(
      fc.property(packetEvent, packetBytes, (event, bytes) => {
        const message = Buffer.concat([Buffer.alloc(16), nflogRecord(event, bytes).bytes]);
        const { group, inDevice, outDevice, payload } = readNflogMessage(message);
        expect({ group, inDevice, outDevice }).toEqual({
          group: event.group ?? 0,
          inDevice: event.in_index,
          outDevice: event.out_index,
        });
        expect(payload).toEqual(bytes);
      }),
      { numRuns: RUNS },
    );
  });
});
