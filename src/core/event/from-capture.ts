import { NFULA, readNflogAttributes } from "../netlink/nflog-message.ts";
import { decodeFrame } from "../packet/frame.ts";
import { type CapturedPacket, shortAt } from "../pcap/captured.ts";
import { commentedIn } from "../pcap/comment.ts";
import { type CaptureRecord, LINKTYPE } from "../pcap/write.ts";
import type { PacketEvent } from "./event.ts";
import { packetEventOf } from "./from-nflog.ts";
import { present } from "./present.ts";
import { type Moment, momentText } from "./time-text.ts";
import { actionOf, topicOf } from "./topic.ts";

/** The event of a captured packet, and its bytes from the network header on. */
export interface FromCapture {
  readonly event: PacketEvent;
  readonly bytes?: Buffer;
  /** The record itself, of LINKTYPE_NFLOG: with it nothing is lost on the way into another such capture. */
  readonly record?: CaptureRecord;
}

/** Of those that say no time. */
const NO_MOMENT: Moment = { seconds: 0, nanoseconds: 0 };

/** Decodes a captured packet: of LINKTYPE_NFLOG with all that the kernel said of it, of another link by its bytes. */
export function fromCapture(packet: CapturedPacket): FromCapture {
  return packet.linkType === LINKTYPE.nflog ? fromNflog(packet) : fromFrame(packet);
}

const HEAD = 4;

/** A header of four bytes, and the attributes of the kernel's message (LINKTYPE_NFLOG). */
function fromNflog({ bytes, isBig, length, moment = NO_MOMENT }: CapturedPacket): FromCapture {
  const head = Buffer.concat([bytes.subarray(0, HEAD), Buffer.alloc(HEAD)]).subarray(0, HEAD);
  const attributes = inLittleEndian(bytes.subarray(HEAD), isBig);
  const message = readNflogAttributes(attributes, head[0] ?? 0, head.readUInt16BE(2));
  const event = packetEventOf(message, {
    source: "capture",
    moment,
    momentSource: "capture",
    interfaceName: () => undefined,
  });
  const record = { ts: momentText(moment), bytes: Buffer.concat([head, attributes]), length };
  return { event, record, ...(message.payload === undefined ? {} : { bytes: message.payload }) };
}

/** Attributes stand in the byte order of the machine that wrote them; one that is cut off ends where the bytes end. */
function inLittleEndian(captured: Buffer, isBig: boolean): Buffer {
  const bytes = Buffer.from(captured);
  let at = 0;
  while (at + 4 <= bytes.length) {
    const [said, type] = [shortAt(bytes, at, isBig), shortAt(bytes, at + 2, isBig)];
    if (said < 4) break;
    const length = Math.min(said, bytes.length - at);
    bytes.writeUInt16LE(length, at);
    bytes.writeUInt16LE(type, at + 2);
    const value = bytes.subarray(at + 4, at + length);
    if (isBig && (type & 0x3fff) === NFULA.vlan) inLittleEndian(value, isBig).copy(value);
    at += (length + 3) & ~3;
  }
  return bytes.subarray(0, at);
}

/** Where a comment is one of ours, it says of the packet what its bytes do not. */
function fromFrame({ bytes, linkType, comment = "", moment = NO_MOMENT, ...captured }: CapturedPacket): FromCapture {
  const { layers, why, networkAt } = decodeFrame(bytes, linkType);
  const said = commentedIn(comment);
  const prefix = said?.prefix ?? "";
  const event = present<PacketEvent>({
    schema: 1,
    kind: why === undefined ? "packet" : "undecoded",
    ts: momentText(moment),
    ts_source: "capture",
    source: "capture",
    prefix,
    topic: topicOf(prefix),
    action: said?.action ?? actionOf(prefix, undefined),
    hook: said?.hook,
    in: said?.in ?? (captured.direction === "in" ? captured.interfaceName : undefined),
    out: said?.out ?? (captured.direction === "out" ? captured.interfaceName : undefined),
    mark: said?.mark,
    ...layers,
    why,
  });
  return { event, bytes: bytes.subarray(networkAt) };
}
