import type { ConntrackMessage } from "../netlink/conntrack-message.ts";

/** Most messages are shorter. */
const SLOT_BYTES = 256;
const CHUNK_SLOTS = 4096;

/** A flow's place in a table. */
export type Slot = number;

/** The flows that are open: the last that was told of each, and when it began. Nothing is made for each of very many. */
export class FlowTable {
  readonly #slots = new Map<number, Slot>();
  readonly #chunks: Buffer[] = [];
  readonly #free: Slot[] = [];
  readonly #large = new Map<Slot, Buffer>();
  #lengths = new Uint16Array(0);
  #began = new Float64Array(0);
  #marks = new Uint32Array(0);

  get size(): number {
    return this.#slots.size;
  }

  slotOf(key: number): Slot | undefined {
    return this.#slots.get(key);
  }

  /** Takes in a flow that is not there. */
  add(key: number, message: ConntrackMessage, beganUs: number, mark: number): void {
    const slot = this.#free.pop() ?? this.#grow();
    this.#slots.set(key, slot);
    this.#keep(slot, message);
    this.#began[slot] = beganUs;
    this.#marks[slot] = mark;
  }

  /** Keeps the newest that was told of a flow. */
  renew(slot: Slot, message: ConntrackMessage, mark: number): void {
    this.#keep(slot, message);
    this.#marks[slot] = mark;
  }

  remove(key: number, slot: Slot): void {
    this.#slots.delete(key);
    this.#large.delete(slot);
    this.#free.push(slot);
  }

  /** When its beginning was read, in microseconds since 1970; 0: it was not. */
  beganUs(slot: Slot): number {
    return this.#began[slot] as number;
  }

  mark(slot: Slot, mark: number): void {
    this.#marks[slot] = mark;
  }

  /** The flows of a lower mark. */
  below(mark: number): [number, Slot][] {
    const found: [number, Slot][] = [];
    for (const [key, slot] of this.#slots) if ((this.#marks[slot] as number) < mark) found.push([key, slot]);
    return found;
  }

  /** The message that was kept. */
  bytesOf(slot: Slot): Buffer {
    const large = this.#large.get(slot);
    if (large !== undefined) return large;
    const at = (slot % CHUNK_SLOTS) * SLOT_BYTES;
    const chunk = this.#chunks[Math.floor(slot / CHUNK_SLOTS)] as Buffer;
    return chunk.subarray(at, at + (this.#lengths[slot] as number));
  }

  #keep(slot: Slot, { bytes, start, end }: ConntrackMessage): void {
    const length = end - start;
    if (length > SLOT_BYTES) {
      this.#large.set(slot, Buffer.from(bytes.subarray(start, end)));
      return;
    }
    this.#large.delete(slot);
    const chunk = this.#chunks[Math.floor(slot / CHUNK_SLOTS)] as Buffer;
    bytes.copy(chunk, (slot % CHUNK_SLOTS) * SLOT_BYTES, start, end);
    this.#lengths[slot] = length;
  }

  /** Makes room for more; the first of the new places. */
  #grow(): Slot {
    const first = this.#chunks.length * CHUNK_SLOTS;
    const count = first + CHUNK_SLOTS;
    this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_SLOTS * SLOT_BYTES));
    this.#lengths = grown(this.#lengths, new Uint16Array(count));
    this.#began = grown(this.#began, new Float64Array(count));
    this.#marks = grown(this.#marks, new Uint32Array(count));
    for (let slot = count - 1; slot > first; slot -= 1) this.#free.push(slot);
    return first;
  }
}

function grown<Numbers extends { set(from: Numbers): void }>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
