import type { PacketEvent } from "../event/event.ts";
import type { NflogMessage } from "../netlink/nflog-message.ts";
import { packetOptions } from "../pcap/block-writer.ts";
import { commentOf } from "../pcap/comment.ts";
import { directionOf, ethernetHeader, interfaceOf } from "../pcap/pcapng.ts";
import type { PrefixCount } from "./file-tally.ts";
import type { CaptureLink } from "./schema.ts";

/** What the blocks of many packets have alike. */
export interface BlockHead {
  /** The bytes of the message from struct nfgenmsg on. */
  readonly words: Uint32Array;
  readonly group: number;
  /** 4 and 6: a packet of IP; 0 where each has to be looked at. */
  readonly version: 0 | 4 | 6;
  readonly prefix: string;
  readonly interfaceName: string;
  readonly interfaces: readonly (string | undefined)[];
  /** The header before the packet: whole words, and the two bytes behind them where there is one at all. */
  readonly link: Uint32Array;
  readonly linkRest: number;
  readonly linkBytes: number;
  /** The options of the block. */
  readonly options: Uint32Array;
  /** The file for which the number and the count stand. */
  generation: number;
  number: number;
  count: PrefixCount;
}

const VERSIONS: Readonly<Record<number, 4 | 6>> = { 2048: 4, 34525: 6 };
const FIRST_BYTES = { 4: Buffer.from([0x45]), 6: Buffer.from([0x60]) } as const;
const NO_COUNT: PrefixCount = { pending: 0, kept: 0 };

/** What blocks have alike of messages that begin so. @param event of one of them */
export function blockHeadOf(
  words: Uint32Array,
  { group, protocol, prefix }: NflogMessage,
  event: PacketEvent,
  link: CaptureLink,
): BlockHead {
  const version = VERSIONS[protocol ?? 0] ?? 0;
  const header = link === "ethernet" && version !== 0 ? ethernetHeader(event, FIRST_BYTES[version]) : Buffer.alloc(0);
  return {
    ...{ words, group, version, prefix },
    interfaceName: interfaceOf(event),
    interfaces: [event.in, event.out],
    link: wordsOf(header.subarray(0, header.length & ~3)),
    linkRest: header.length % 4 === 2 ? header.readUInt16LE(header.length - 2) : 0,
    linkBytes: header.length,
    options: wordsOf(packetOptions(commentOf(event), directionOf(event))),
    ...{ generation: -1, number: 0, count: NO_COUNT },
  };
}

function wordsOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer);
}
