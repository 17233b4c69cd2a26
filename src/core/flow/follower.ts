import type { FlowChange } from "../event/event.ts";
import { ConntrackMessage } from "../netlink/conntrack-message.ts";
import { FlowTable, type Slot } from "./flow-table.ts";

/**
 * Is told what happens to flows.
 * @param isResync whether the kernel's table shows it, and no event did
 * @param beganUs when its beginning was read, in microseconds since 1970; 0: it was not
 */
export type TellFlow = (message: ConntrackMessage, change: FlowChange, isResync: boolean, beganUs: number) => void;

/** Of an entry that is about to leave the kernel's table, and that an event has told of. */
const IPS_DYING = 0x200;

/**
 * Follows flows from their beginning to their end, so that each that is told to begin is told to end. What events leave
 * out, since some were lost or the kernel sends none (of flows that began while nobody listened), a census finds: all
 * entries of the kernel's table, between which events may come. Then what is not there any more has ended, and what nobody
 * told of has begun. Of one flow things are told in the order in which they happened.
 */
export class FlowFollower {
  readonly #tell: TellFlow;
  readonly #open = new FlowTable();
  readonly #kept = new ConntrackMessage();
  /** Counts censuses: what came or was seen since the last one began has its number. */
  #census = 0;
  #isCounting = false;
  #isFirst = true;
  /** Entries that no event has told of so far, and flows that ended while entries come. */
  readonly #found = new Map<number, Buffer>();
  readonly #ended = new Set<number>();

  constructor(tell: TellFlow) {
    this.#tell = tell;
  }

  /** How many flows are open, as far as is known. */
  get size(): number {
    return this.#open.size;
  }

  /** Takes an event, in the order in which the kernel sent them. @param nowUs when it was read, in microseconds since 1970 */
  event(message: ConntrackMessage, nowUs: number): void {
    const key = keyOf(message);
    const slot = this.#open.slotOf(key);
    if (message.change === "new") this.#begin(message, key, slot, nowUs);
    else if (message.change === "update") this.#renew(message, key, slot);
    else this.#end(message, key, slot);
  }

  /** A census begins: the kernel is asked for its table after this. The first one takes all that is there as it is. */
  beginCensus(): void {
    this.#census += 1;
    this.#isCounting = true;
    this.#found.clear();
    this.#ended.clear();
  }

  /** Takes an entry of the kernel's table. */
  entry(message: ConntrackMessage): void {
    if ((message.status & IPS_DYING) !== 0) return;
    message.portId = 0; // of who asked for it
    const key = keyOf(message);
    const slot = this.#open.slotOf(key);
    if (slot !== undefined) this.#open.mark(slot, this.#census);
    else if (this.#isFirst) this.#adopt(message, key);
    else if (!this.#ended.has(key)) this.#found.set(key, Buffer.from(message.raw()));
  }

  /** The census is over: all entries came, and then all events that were sent before. @returns how many things it found */
  endCensus(): number {
    let count = 0;
    for (const [key, slot] of this.#open.below(this.#census)) {
      count += 1;
      this.#vanish(key, slot);
    }
    for (const key of [...this.#found.keys()]) {
      count += 1;
      this.#beginFound(key);
    }
    this.#ended.clear();
    this.#isCounting = false;
    this.#isFirst = false;
    return count;
  }

  #begin(message: ConntrackMessage, key: number, slot: Slot | undefined, nowUs: number): void {
    if (slot !== undefined) this.#replace(key, slot);
    this.#found.delete(key);
    this.#ended.delete(key);
    this.#open.add(key, message, nowUs, this.#census);
    this.#tell(message, "new", false, 0);
  }

  /** A flow is new that is known: its entry came before its event, or the end of another like it was not told. */
  #replace(key: number, slot: Slot): void {
    if (this.#isFirst) this.#open.remove(key, slot);
    else this.#vanish(key, slot);
  }

  #renew(message: ConntrackMessage, key: number, slot: Slot | undefined): void {
    if (slot === undefined) this.#missed(message, key);
    else this.#open.renew(slot, message, this.#census);
    this.#tell(message, "update", false, slot === undefined ? 0 : this.#open.beganUs(slot));
  }

  #end(message: ConntrackMessage, key: number, slot: Slot | undefined): void {
    const beganUs = slot === undefined ? 0 : this.#open.beganUs(slot);
    if (slot === undefined) this.#missed(message, key);
    const held = slot ?? this.#open.slotOf(key);
    if (held !== undefined) this.#open.remove(key, held);
    if (this.#isCounting) this.#ended.add(key);
    this.#tell(message, "destroy", false, beganUs);
  }

  /** Something is told of a flow whose beginning was not. While the first census goes on, it is an older one. */
  #missed(message: ConntrackMessage, key: number): void {
    if (this.#isFirst) this.#adopt(message, key);
    else if (this.#found.has(key)) this.#beginFound(key);
    else {
      this.#open.add(key, message, 0, this.#census);
      this.#tell(message, "new", true, 0);
    }
  }

  /** An older flow: that it began is not told. */
  #adopt(message: ConntrackMessage, key: number): void {
    if (this.#ended.has(key)) return;
    this.#open.add(key, message, 0, this.#census);
    if (this.#isCounting) this.#tell(message, "listed", false, 0);
  }

  #beginFound(key: number): void {
    const bytes = this.#found.get(key) as Buffer;
    this.#found.delete(key);
    this.#kept.read(bytes, 0, bytes.length);
    this.#kept.forgetMoment();
    this.#open.add(key, this.#kept, 0, this.#census);
    this.#tell(this.#kept, "new", true, 0);
  }

  /** Its end was not told. */
  #vanish(key: number, slot: Slot): void {
    const bytes = this.#open.bytesOf(slot);
    this.#kept.read(bytes, 0, bytes.length);
    this.#kept.forgetMoment();
    const beganUs = this.#open.beganUs(slot);
    this.#open.remove(key, slot);
    this.#tell(this.#kept, "destroy", true, beganUs);
  }
}

/** Two flows at once may have one id, since it is a hash of 32 bits: hardly with the same ports. */
function keyOf({ id, orig: { sport, dport, icmpId } }: ConntrackMessage): number {
  const ports = (sport ^ (dport << 4) ^ (dport >> 12) ^ icmpId) & 0xf_ffff;
  return id * 0x10_0000 + ports;
}
