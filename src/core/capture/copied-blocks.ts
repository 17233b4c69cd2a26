import type { Moment } from "../event/time-text.ts";
import { DIRECTION, packetBlock } from "../pcap/block-writer.ts";
import type { CapturedPacket } from "../pcap/captured.ts";
import { createCaptureReader } from "../pcap/read.ts";
import type { BlockBuffer } from "./block-buffer.ts";

/** How packets that another program captured become blocks. */
export interface CopyOptions {
  readonly interface: string;
  readonly interfaceName: (index: number) => string | undefined;
  readonly clock: ((moment: Moment) => Moment) | undefined;
}

const COOKED2 = 276;
/** Where a header of LINKTYPE_LINUX_SLL2 says which interface, and which way (linux/if_packet.h, PACKET_OUTGOING). */
const SLL2 = { index: 4, kind: 10, bytes: 20, outgoing: 4 };
const NO_MOMENT: Moment = { seconds: 0, nanoseconds: 0 };

/** Writes packets that come as a capture, piece by piece, as blocks of pcapng. */
export class CopiedBlocks {
  readonly #reader = createCaptureReader();
  readonly #out: BlockBuffer;
  readonly #options: CopyOptions;

  constructor(out: BlockBuffer, options: CopyOptions) {
    this.#out = out;
    this.#options = options;
  }

  /** @throws Error for what is no capture */
  push(chunk: Buffer): void {
    for (const packet of this.#reader.push(chunk)) this.#copy(packet);
    const problem = this.#reader.problem();
    if (problem !== undefined) throw new Error(`what was captured cannot be read: ${problem}`);
  }

  #copy(packet: CapturedPacket): void {
    const { linkType, bytes, length, comment } = packet;
    const out = this.#out;
    out.useLink(linkType);
    const moment = this.#momentOf(packet.moment ?? NO_MOMENT);
    const { name, direction } = this.#wayOf(packet);
    out.add(moment, name, packetBlock({ number: 0, moment, bytes, length, comment, direction }));
    out.tally.addInterface(name);
    out.tally.add(out.tally.countOf(undefined), moment.seconds, moment.nanoseconds);
  }

  #momentOf(moment: Moment): Moment {
    return this.#options.clock === undefined ? moment : this.#options.clock(moment);
  }

  /** Of any the packet says which interface it was. */
  #wayOf({ linkType, bytes, direction }: CapturedPacket): { name: string; direction: 1 | 2 | undefined } {
    const { interface: device, interfaceName } = this.#options;
    const said = direction && DIRECTION[direction];
    if (linkType !== COOKED2 || bytes.length < SLL2.bytes) return { name: device, direction: said };
    const isOut = bytes[SLL2.kind] === SLL2.outgoing;
    const name = interfaceName(bytes.readUInt32BE(SLL2.index)) ?? device;
    return { name, direction: isOut ? DIRECTION.out : DIRECTION.in };
  }
}
