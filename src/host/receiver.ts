import { receiveAll } from "./libc.ts";
import { addressInMemory, POINTER_BYTES } from "./libc-calls.ts";

/** How struct iovec, msghdr and mmsghdr are laid out (recvmmsg(2)), by the size of a pointer. */
const LAYOUTS = {
  8: { iovec: 16, header: 64, iovAt: 16, countAt: 24, lengthAt: 56 },
  4: { iovec: 8, header: 32, iovAt: 8, countAt: 12, lengthAt: 28 },
} as const;

/** Receives many datagrams by one call into a buffer with a slot for each. */
export class Receiver {
  readonly buffer: Buffer;
  readonly #slotBytes: number;
  readonly #slots: number;
  readonly #vectors: Buffer;
  readonly #headers: Buffer;
  readonly #layout = LAYOUTS[POINTER_BYTES === 4 ? 4 : 8];

  /** @param slotBytes what a datagram may have at most: more is cut off */
  constructor(slots: number, slotBytes: number) {
    const { iovec, header, iovAt, countAt } = this.#layout;
    this.#slots = slots;
    this.#slotBytes = slotBytes;
    this.buffer = Buffer.allocUnsafeSlow(slots * slotBytes);
    this.#vectors = Buffer.alloc(slots * iovec);
    this.#headers = Buffer.alloc(slots * header);
    const [data, vectors] = [addressInMemory(this.buffer), addressInMemory(this.#vectors)];
    for (let slot = 0; slot < slots; slot += 1) {
      this.#pointer(this.#vectors, slot * iovec, data + BigInt(slot * slotBytes));
      this.#pointer(this.#vectors, slot * iovec + iovec / 2, BigInt(slotBytes));
      this.#pointer(this.#headers, slot * header + iovAt, vectors + BigInt(slot * iovec));
      this.#pointer(this.#headers, slot * header + countAt, 1n);
    }
  }

  /** What there is, without waiting: how many datagrams came. */
  receive(socket: number): number {
    return receiveAll(socket, this.#headers, this.#slots);
  }

  /** Where a datagram that came begins in the buffer. */
  startOf(slot: number): number {
    return slot * this.#slotBytes;
  }

  endOf(slot: number): number {
    return slot * this.#slotBytes + this.#headers.readUInt32LE(slot * this.#layout.header + this.#layout.lengthAt);
  }

  #pointer(bytes: Buffer, at: number, value: bigint): void {
    if (this.#layout.iovec === 16) bytes.writeBigUInt64LE(value, at);
    else bytes.writeUInt32LE(Number(value), at);
  }
}
