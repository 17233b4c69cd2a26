import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockBuffer } from "../../../src/core/capture/block-buffer.ts";
import type { FileTally } from "../../../src/core/capture/file-tally.ts";
import { NflogBlocks } from "../../../src/core/capture/nflog-blocks.ts";
import { CAPTURE_LINKS, type CaptureLink } from "../../../src/core/capture/schema.ts";
import { packetEventOf } from "../../../src/core/event/from-nflog.ts";
import { messagesIn } from "../../../src/core/netlink/message.ts";
import { readNflogMessage } from "../../../src/core/netlink/nflog-message.ts";
import { encodePacket } from "../../../src/core/packet/encode.ts";
import { createPcapngWriter } from "../../../src/core/pcap/pcapng.ts";
import { messages } from "../../helpers/any-messages.ts";
import { nflogMessage } from "../../helpers/nflog-messages.ts";
import { RUNS } from "../../helpers/runs.ts";

const MOMENT = { seconds: 1_795_966_833, nanoseconds: 123_456_789 };
const nameOf = (index: number): string | undefined => (index === 3 ? undefined : `eth${index}`);

interface Taken {
  readonly parts: Buffer[];
  readonly tallies: FileTally[];
  isFull: boolean;
}

function openBlocks(link: CaptureLink, bytesMax = Number.POSITIVE_INFINITY): { blocks: NflogBlocks; taken: Taken } {
  const taken: Taken = { parts: [], tallies: [], isFull: false };
  const out = new BlockBuffer({
    begin: () => ({ endSeconds: 2 ** 33, bytesMax }),
    write: (bytes) => {
      if (!taken.isFull) taken.parts.push(Buffer.from(bytes));
      return !taken.isFull;
    },
    close: (tally) => void taken.tallies.push(tally),
  });
  const blocks = new NflogBlocks(64 * 1024, out, {
    ...{ interfaceName: nameOf, link, packetsMax: Number.POSITIVE_INFINITY, clock: undefined, onGap: () => {} },
  });
  return { blocks, taken };
}

function take(blocks: NflogBlocks, datagram: Buffer): void {
  datagram.copy(blocks.input);
  blocks.datagram(datagram.length, MOMENT);
  blocks.flush();
}

function slowly(datagrams: readonly Buffer[], link: CaptureLink): Buffer {
  const writer = createPcapngWriter(link);
  const parts = datagrams
    .flatMap(messagesIn)
    .filter(({ type, bytes }) => type === 0x0400 && bytes.length >= 20)
    .map(({ bytes }) => {
      const message = readNflogMessage(bytes);
      const around = { source: "nflog", moment: MOMENT, momentSource: "reader", interfaceName: nameOf } as const;
      const kept = link === "nflog" ? bytes.subarray(16) : (message.payload ?? Buffer.alloc(0));
      return writer.encode(packetEventOf(message, around), kept);
    });
  return Buffer.concat(parts);
}

test("a block that is written at once is the one that the event makes, whatever the message is", () => {
  fc.assert(
    fc.property(fc.array(messages, { minLength: 1, maxLength: 2 }), fc.constantFrom(...CAPTURE_LINKS), (all, link) => {
      const { blocks, taken } = openBlocks(link);
      const datagrams = all.map((some) => Buffer.concat(some));
      for (const datagram of datagrams) take(blocks, datagram);
      expect(Buffer.concat(taken.parts).toString("hex")).toBe(slowly(datagrams, link).toString("hex"));
    }),
    { numRuns: RUNS },
  );
});

test.each(CAPTURE_LINKS)("packets of every length stand whole in a file of link %s", (link) => {
  const { blocks, taken } = openBlocks(link);
  const all = [...Array(24).keys(), 500, 501, 502, 503, 1472].map((size) =>
    nflogMessage({
      ...{ prefix: "x ", inDevice: 1, time: [MOMENT.seconds, 4], sequence: size },
      payload: encodePacket({
        ...{ from: "192.0.2.1", to: "192.0.2.2", ttl: 64 },
        layer4: { kind: "udp", sport: 1, dport: 2, data: Buffer.alloc(size, 0xff) },
      }),
    }),
  );
  const datagram = Buffer.concat(all.map((one) => Buffer.concat([one, Buffer.alloc(-one.length & 3, 0xee)])));
  take(blocks, datagram);
  expect(Buffer.concat(taken.parts).equals(slowly([datagram], link))).toBe(true);
});

const numbered = (sequence: number, prefix = "drop "): Buffer =>
  nflogMessage({
    ...{ prefix, inDevice: 1, time: [MOMENT.seconds, sequence], sequence },
    payload: encodePacket({
      ...{ from: "192.0.2.1", to: "192.0.2.2", ttl: 64 },
      layer4: { kind: "udp", sport: 1, dport: 2, data: Buffer.alloc(8) },
    }),
  });

test("while the disk is full packets are counted as lost, and interfaces are described again behind it", () => {
  const { blocks, taken } = openBlocks("ethernet");
  take(blocks, Buffer.concat([numbered(0), numbered(1)]));
  taken.isFull = true;
  take(blocks, numbered(2, "full "));
  taken.isFull = false;
  take(blocks, numbered(3, "again "));
  const kept = [numbered(0), numbered(1), numbered(3, "again ")];
  expect(Buffer.concat(taken.parts).equals(slowly(kept, "ethernet"))).toBe(true);
});

test("the index of a file counts its packets, and what did not come", () => {
  const { blocks, taken } = openBlocks("raw", 660);
  for (const sequence of [0, 1, 5, 6, 7, 8, 9]) take(blocks, numbered(sequence, sequence < 6 ? "drop " : "other "));
  const [tally] = taken.tallies;
  const head = { file: "f", link: "raw", from: "NFLOG group 5", host: "h", bytes: 1000, ended: "size" } as const;
  expect(tally?.indexOf(head)).toEqual({
    ...{ version: 1, ...head, packets: 4, others: 0, lost: 3 },
    first: "2026-11-29T15:40:33.000000000Z",
    last: "2026-11-29T15:40:33.000006000Z",
    prefixes: { "drop ": 3, "other ": 1 },
    interfaces: ["eth1"],
  });
});
