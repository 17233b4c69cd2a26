import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketEvent } from "../../../src/core/event/event.ts";
import type { Layers } from "../../../src/core/event/layers.ts";
import { communityIdInput } from "../../../src/core/packet/community-id.ts";
import { decodeEthernet } from "../../../src/core/packet/ether.ts";
import { decodeFrame } from "../../../src/core/packet/frame.ts";
import { decodeNetwork } from "../../../src/core/packet/network.ts";
import { readCapture } from "../../../src/core/pcap/read.ts";
import { RUNS } from "../../helpers/runs.ts";

const WIRE = new URL("../../../fixtures/wire/", import.meta.url);
const FRAMES = ["veth", "sll", "sll2"].flatMap((name) =>
  readCapture(readFileSync(new URL(`${name}.pcap`, WIRE)), name),
);
const PACKETS = FRAMES.map(({ bytes, linkType }) => {
  const { networkAt, etherType } = decodeFrame(bytes, linkType);
  return { bytes: bytes.subarray(networkAt), etherType };
});

const LINK_TYPES = [1, 12, 14, 101, 113, 228, 229, 276, 239, 0];
const ETHER_TYPES = [0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8, 0x88cc, 0];

/** The schema lets them in, and their keys stand in its order. */
function expectToFit(layers: Layers): void {
  const event = {
    schema: 1,
    kind: "packet",
    ts: "2026-11-21T11:37:36.418900123Z",
    ts_source: "capture",
    source: "capture",
    prefix: "",
    topic: "nft:",
    ...layers,
  };
  expect(JSON.stringify(PacketEvent.parse(event))).toBe(JSON.stringify(event));
}

const arbitraryBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const frame = fc.constantFrom(...FRAMES);

/** Some bytes of it are others. */
function mutated(original: Buffer, changes: readonly (readonly [number, number])[]): Buffer {
  const bytes = Buffer.from(original);
  for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
  return bytes;
}

const changes = fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });

describe("whatever the bytes are, their layers are what the schema says", () => {
  test("arbitrary frames of all link types", () => {
    fc.assert(
      fc.property(arbitraryBytes, fc.constantFrom(...LINK_TYPES), (bytes, linkType) => {
        const { layers, networkAt } = decodeFrame(bytes, linkType);
        expectToFit(layers);
        expect(networkAt).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: RUNS },
    );
  });

  test("arbitrary bytes behind a header of IP", () => {
    const head4 = fc.tuple(fc.constantFrom(1, 6, 17, 33, 47, 50, 51, 132, 136), arbitraryBytes);
    fc.assert(
      fc.property(head4, ([protocol, body]) => {
        const head = Buffer.from("45000000000000004000000001020304050607", "hex");
        head[9] = protocol;
        expectToFit(decodeNetwork(Buffer.concat([head, Buffer.from([8]), body]), 0x0800).layers);
      }),
      { numRuns: RUNS },
    );
    const head6 = fc.tuple(fc.constantFrom(0, 6, 17, 43, 44, 51, 58, 60, 132, 135, 139, 140), arbitraryBytes);
    fc.assert(
      fc.property(head6, ([next, body]) => {
        const head = Buffer.alloc(40, 1);
        head.writeUInt32BE(0x60000000, 0);
        head.writeUInt16BE(body.length, 4);
        head[6] = next;
        expectToFit(decodeNetwork(Buffer.concat([head, body]), 0x86dd).layers);
      }),
      { numRuns: RUNS },
    );
  });

  test("arbitrary bytes above UDP, where DNS and DHCP are", () => {
    fc.assert(
      fc.property(fc.constantFrom(53, 67, 68, 5353), arbitraryBytes, (port, body) => {
        const head = Buffer.from("450000000000000040110000010203040506070804d2000000000000", "hex");
        head.writeUInt16BE(port, 22);
        head.writeUInt16BE(8 + body.length, 24);
        expectToFit(decodeNetwork(Buffer.concat([head, body]), 0x0800).layers);
      }),
      { numRuns: RUNS },
    );
  });

  test("arbitrary packets of all EtherTypes, and Ethernet headers", () => {
    fc.assert(
      fc.property(arbitraryBytes, fc.constantFrom(...ETHER_TYPES), (bytes, etherType) => {
        expectToFit(decodeNetwork(bytes, etherType).layers);
        const { networkAt, layers } = decodeEthernet(bytes);
        expectToFit(layers);
        expect(networkAt).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: RUNS },
    );
  });

  test("real frames with other bytes, cut anywhere", () => {
    fc.assert(
      fc.property(frame, changes, fc.nat(400), ({ bytes, linkType }, other, length) => {
        const { layers } = decodeFrame(mutated(bytes, other).subarray(0, length), linkType);
        expectToFit(layers);
        communityIdInput(layers);
      }),
      { numRuns: RUNS },
    );
  });
});

/** Of lists the beginning is there; the protocol is not yet known while an extension header is cut. */
function expectPartOf({ cut, proto, ip, dns, sctp, ...part }: Layers, whole: Layers): void {
  expect(whole).toMatchObject(part);
  expect(whole.ip?.extensions?.slice(0, ip?.extensions?.length)).toEqual(ip?.extensions);
  expect(whole.sctp?.chunks.slice(0, sctp?.chunks.length)).toEqual(sctp?.chunks ?? whole.sctp?.chunks);
  if (dns !== undefined) expect(whole.dns?.answers.slice(0, dns.answers.length)).toEqual(dns.answers);
}

/** How many bytes hold the addresses of IP, or the operation of ARP. */
const NEEDED: Readonly<Record<number, number>> = { 2048: 20, 34525: 40, 2054: 8 };

const CUT = PACKETS.filter(({ etherType }) => NEEDED[etherType] !== undefined).flatMap(({ bytes, etherType }) =>
  Array.from(bytes, (_, length) => ({ bytes, etherType, length, needed: NEEDED[etherType] ?? 0 })),
);

describe("a packet that is cut", () => {
  test("says why it is not decoded before its addresses are there", () => {
    for (const { bytes, etherType, length } of CUT.filter(({ needed, length }) => length < needed)) {
      const { layers, why } = decodeNetwork(bytes.subarray(0, length), etherType);
      expect(layers).toEqual(length === 0 ? {} : { cut: true });
      expect(why).toMatch(length === 0 ? /no bytes/ : /is cut: \d+ of \d+ bytes/);
    }
  });

  test("says from then on nothing else than the whole one, and that it is cut", () => {
    for (const { bytes, etherType, length } of CUT.filter(({ needed, length }) => length >= needed)) {
      const { layers, why } = decodeNetwork(bytes.subarray(0, length), etherType);
      expect(why).toBeUndefined();
      expectToFit(layers);
      expectPartOf(layers, decodeNetwork(bytes, etherType).layers);
      expect(layers.cut).toBe(length < (layers.len ?? 28) ? true : undefined);
    }
  });

  test("the bytes behind the end of a packet, which fill up a short frame, change nothing", () => {
    for (const { bytes, etherType } of PACKETS) {
      const { layers } = decodeNetwork(bytes, etherType);
      expect(decodeNetwork(Buffer.concat([bytes, Buffer.alloc(20, 0xff)]), etherType).layers).toEqual(layers);
    }
  });
});
