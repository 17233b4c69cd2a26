import type { ConntrackMessage } from "../netlink/conntrack-message.ts";

/** Most messages are shorter. */
const SLOT_BYTES = 256;
const CHUNK_SLOTS = 4096;

/** A flow's place in a table; -1 is none. */
export type Slot = number;

/** Two flows at once may have one id, since it is a hash of 32 bits: hardly with the same ports. */
export function portsOf({ orig: { sport, dport, icmpId } }: ConntrackMessage): number {
  return sport ^ (dport << 16) ^ icmpId;
}

/**
 * The flows that are open: the last that was told of each, and when it began. Nothing is made for each of very many, and
 * they are found by chains of places, which is three times as fast as a Map.
 */
export class FlowTable {
  readonly #chunks: Buffer[] = [];
  readonly #large = new Map<Slot, Buffer>();
  /** By the lowest bits of ids: the first place of each chain. */
  #heads: Int32Array = new Int32Array(0);
  /** Of each place: the next one of its chain, or of those that are free. */
  #next: Int32Array = new Int32Array(0);
  #ids: Int32Array = new Int32Array(0);
  #ports: Int32Array = new Int32Array(0);
  #lengths: Uint16Array = new Uint16Array(0);
  #began: Float64Array = new Float64Array(0);
  #marks: Uint32Array = new Uint32Array(0);
  #free: Slot = NONE;
  size = 0;

  slotOf(message: ConntrackMessage): Slot {
    const [id, ports] = [message.id | 0, portsOf(message)];
    let slot = this.size === 0 ? NONE : (this.#heads[id & (this.#heads.length - 1)] as number);
    while (slot !== NONE && (this.#ids[slot] !== id || this.#ports[slot] !== ports)) slot = this.#next[slot] as number;
    return slot;
  }

  /** Takes in a flow that is not there. */
  add(message: ConntrackMessage, beganUs: number, mark: number): void {
    if (this.#free === NONE) this.#grow();
    const slot = this.#free;
    this.#free = this.#next[slot] as number;
    const id = message.id | 0;
    this.#ids[slot] = id;
    this.#ports[slot] = portsOf(message);
    this.#link(slot, id);
    this.#keep(slot, message);
    this.#began[slot] = beganUs;
    this.#marks[slot] = mark;
    this.size += 1;
  }

  /** Keeps the newest that was told of a flow. */
  renew(slot: Slot, message: ConntrackMessage, mark: number): void {
    this.#keep(slot, message);
    this.#marks[slot] = mark;
  }

  remove(slot: Slot): void {
    const head = (this.#ids[slot] as number) & (this.#heads.length - 1);
    let before = this.#heads[head] as number;
    if (before === slot) this.#heads[head] = this.#next[slot] as number;
    else {
      while (this.#next[before] !== slot) before = this.#next[before] as number;
      this.#next[before] = this.#next[slot] as number;
    }
    this.#next[slot] = this.#free;
    this.#free = slot;
    this.#lengths[slot] = 0;
    if (this.#large.size > 0) this.#large.delete(slot);
    this.size -= 1;
  }

  /** When its beginning was read, in microseconds since 1970; 0: it was not. */
  beganUs(slot: Slot): number {
    return this.#began[slot] as number;
  }

  mark(slot: Slot, mark: number): void {
    this.#marks[slot] = mark;
  }

  /** The flows of a lower mark. */
  below(mark: number): Slot[] {
    const found: Slot[] = [];
    for (const [slot, length] of this.#lengths.entries()) {
      if (length > 0 && (this.#marks[slot] as number) < mark) found.push(slot);
    }
    return found;
  }

  /** The message that was kept, until another one has its place. */
  bytesOf(slot: Slot): Buffer {
    const large = this.#large.get(slot);
    if (large !== undefined) return large;
    const at = (slot % CHUNK_SLOTS) * SLOT_BYTES;
    const chunk = this.#chunks[Math.floor(slot / CHUNK_SLOTS)] as Buffer;
    return chunk.subarray(at, at + (this.#lengths[slot] as number));
  }

  #keep(slot: Slot, { bytes, start, end }: ConntrackMessage): void {
    const length = end - start;
    this.#lengths[slot] = length;
    if (length > SLOT_BYTES) {
      this.#large.set(slot, Buffer.from(bytes.subarray(start, end)));
      return;
    }
    if (this.#large.size > 0) this.#large.delete(slot);
    const chunk = this.#chunks[Math.floor(slot / CHUNK_SLOTS)] as Buffer;
    bytes.copy(chunk, (slot % CHUNK_SLOTS) * SLOT_BYTES, start, end);
  }

  #link(slot: Slot, id: number): void {
    const head = id & (this.#heads.length - 1);
    this.#next[slot] = this.#heads[head] as number;
    this.#heads[head] = slot;
  }

  /** Makes room for a chunk more, and chains short again. */
  #grow(): void {
    const first = this.#chunks.length * CHUNK_SLOTS;
    const count = first + CHUNK_SLOTS;
    this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_SLOTS * SLOT_BYTES));
    if (count > this.#ids.length) this.#enlarge(Math.max(count, this.#ids.length * 2));
    for (let slot = count - 1; slot >= first; slot -= 1) {
      this.#next[slot] = this.#free;
      this.#free = slot;
    }
  }

  /** All places are taken when this happens. */
  #enlarge(count: number): void {
    const before = this.#ids.length;
    this.#next = grown(this.#next, new Int32Array(count));
    this.#ids = grown(this.#ids, new Int32Array(count));
    this.#ports = grown(this.#ports, new Int32Array(count));
    this.#lengths = grown(this.#lengths, new Uint16Array(count));
    this.#began = grown(this.#began, new Float64Array(count));
    this.#marks = grown(this.#marks, new Uint32Array(count));
    this.#heads = new Int32Array(count).fill(NONE);
    for (let slot = 0; slot < before; slot += 1) this.#link(slot, this.#ids[slot] as number);
  }
}

const NONE = -1;

function grown<Numbers extends { set(from: Numbers): void }>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
