import { fromCapture } from "../event/from-capture.ts";
import { DIRECTION, interfaceBlock, packetBlock, sectionBlock } from "../pcap/block-writer.ts";
import type { CapturedPacket } from "../pcap/captured.ts";
import { LINKTYPE } from "../pcap/write.ts";

/** Writes packets of captures into one, as they were: with their interfaces, comments and ways. */
export interface CopyWriter {
  readonly header: Buffer;
  /** The block of a packet, and before it that of an interface that is new. */
  encode(packet: CapturedPacket): Buffer;
  /** The link types of the packets so far. */
  readonly linkTypes: ReadonlySet<number>;
}

export function createCopyWriter(): CopyWriter {
  const numbers = new Map<string, number>();
  const linkTypes = new Set<number>();

  function numberOf(linkType: number, name: string): { number: number; added: Buffer[] } {
    const key = `${linkType} ${name}`;
    const known = numbers.get(key);
    if (known !== undefined) return { number: known, added: [] };
    numbers.set(key, numbers.size);
    linkTypes.add(linkType);
    return { number: numbers.size - 1, added: [interfaceBlock(name, linkType)] };
  }

  return {
    header: sectionBlock("netlogctl"),
    encode(packet) {
      const { linkType, interfaceName = "", moment, comment, direction } = packet;
      const { number, added } = numberOf(linkType, interfaceName);
      const bytes = bytesOf(packet);
      const length = packet.length - packet.bytes.length + bytes.length;
      const said = { comment, direction: direction && DIRECTION[direction] };
      const block = packetBlock({ number, moment: moment ?? { seconds: 0, nanoseconds: 0 }, bytes, length, ...said });
      return Buffer.concat([...added, block]);
    },
    linkTypes,
  };
}

/** Attributes of NFLOG stand in the byte order of the file: this one is little-endian. */
function bytesOf(packet: CapturedPacket): Buffer {
  if (packet.linkType !== LINKTYPE.nflog || !packet.isBig) return packet.bytes;
  return fromCapture(packet).record?.bytes ?? packet.bytes;
}
