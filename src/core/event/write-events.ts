import type { CaptureFormat, FlowFormat, Format } from "../model/packet-stream.ts";
import { nflogRecord } from "../pcap/nflog.ts";
import { createPcapngWriter } from "../pcap/pcapng.ts";
import { LINKTYPE, pcapHeader, pcapRecord } from "../pcap/write.ts";
import type { PacketEvent } from "./event.ts";
import { packetOf } from "./formats/rebuild.ts";
import type { Lines } from "./lines.ts";
import type { ReadEvent } from "./read-events.ts";

/** Makes bytes of events, which one after the other are a file of a format. */
export interface EventWriter {
  /** What stands at the beginning of the file. */
  readonly header: Buffer;
  /** Undefined if the event is not wanted, "unsaid" if the format cannot say it. */
  encode(read: ReadEvent): Buffer | "unsaid" | undefined;
}

/** A writer of lines, or of a capture, of the events that `lines` wants. */
export function createEventWriter(format: Format | FlowFormat | CaptureFormat, lines: Lines): EventWriter {
  if (format === "pcap") return capture(lines, pcapHeader(LINKTYPE.nflog), nflog);
  if (format === "pcapng") {
    const writer = createPcapngWriter("raw");
    return capture(lines, writer.header, (event, { bytes }) => {
      const packet = packetOf(event, bytes);
      const block = packet === undefined ? undefined : writer.encode(event, packet);
      return block === undefined || block.length === 0 ? "unsaid" : block;
    });
  }
  return {
    header: Buffer.alloc(0),
    encode: ({ event, bytes }) => {
      if (event.kind === "loss") return saidOr(lines.lineOfLoss(event), true);
      const line = lines.canTell(event.kind) ? lines.lineOf(event, bytes) : undefined;
      return saidOr(line, line === undefined && lines.told(event) !== undefined);
    },
  };
}

type EncodePacket = (event: PacketEvent, read: ReadEvent) => Buffer | "unsaid";

function capture(lines: Lines, header: Buffer, encode: EncodePacket): EventWriter {
  return {
    header,
    encode(read) {
      if (read.event.kind === "loss") return "unsaid";
      const event = lines.told(read.event);
      if (event?.kind === "flow") return "unsaid";
      return event && encode(event, read);
    },
  };
}

/** As the kernel said it, where that is known; else as the event says it, with a packet made of its fields if its bytes are not known. */
const nflog: EncodePacket = (event, { bytes, record }) =>
  pcapRecord(record ?? nflogRecord(event, packetOf(event, bytes)));

function saidOr(line: string | undefined, isWanted: boolean): Buffer | "unsaid" | undefined {
  if (line !== undefined) return Buffer.from(line);
  return isWanted ? "unsaid" : undefined;
}
