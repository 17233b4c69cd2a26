import type { FlowChange } from "../event/event.ts";
import { ConntrackMessage } from "../netlink/conntrack-message.ts";
import { FlowTable, portsOf, type Slot } from "./flow-table.ts";

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

  /** How many beginnings and ends were told that no event told. */
  found = 0;

  /** How many flows are open, as far as is known. */
  get size(): number {
    return this.#open.size;
  }

  /** Takes an event, in the order in which the kernel sent them. @param nowUs when it was read, in microseconds since 1970 */
  event(message: ConntrackMessage, nowUs: number): void {
    const slot = this.#open.slotOf(message);
    if (message.change === "new") this.#begin(message, slot, nowUs);
    else if (message.change === "update") this.#renew(message, slot);
    else this.#end(message, slot);
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
    const slot = this.#open.slotOf(message);
    if (slot !== NONE) this.#open.mark(slot, this.#census);
    else if (!this.#ended.has(keyOf(message))) this.#found.set(keyOf(message), Buffer.from(message.raw()));
  }

  /** The census is over: all entries came, and then all events that were sent before. */
  endCensus(): void {
    for (const slot of this.#open.below(this.#census)) this.#vanish(slot);
    for (const [key, bytes] of this.#found) this.#beginFound(key, bytes);
    this.#ended.clear();
    this.#isCounting = false;
    this.#isFirst = false;
  }

  #begin(message: ConntrackMessage, slot: Slot, nowUs: number): void {
    if (slot !== NONE) this.#vanish(slot); // the end of another like it was not told
    if (this.#isCounting) {
      this.#found.delete(keyOf(message));
      this.#ended.delete(keyOf(message));
    }
    this.#open.add(message, nowUs, this.#census);
    this.#tell(message, "new", false, 0);
  }

  #renew(message: ConntrackMessage, slot: Slot): void {
    if (slot === NONE) this.#missed(message);
    else this.#open.renew(slot, message, this.#census);
    this.#tell(message, "update", false, slot === NONE ? 0 : this.#open.beganUs(slot));
  }

  #end(message: ConntrackMessage, slot: Slot): void {
    const beganUs = slot === NONE ? 0 : this.#open.beganUs(slot);
    if (slot === NONE) this.#missed(message);
    const held = slot === NONE ? this.#open.slotOf(message) : slot;
    if (held !== NONE) this.#open.remove(held);
    if (this.#isCounting) this.#ended.add(keyOf(message));
    this.#tell(message, "destroy", false, beganUs);
  }

  /** Something is told of a flow whose beginning was not. */
  #missed(message: ConntrackMessage): void {
    const bytes = this.#isCounting ? this.#found.get(keyOf(message)) : undefined;
    if (bytes === undefined) this.#beginUntold(message.raw());
    else this.#beginFound(keyOf(message), bytes);
  }

  #beginFound(key: number, bytes: Buffer): void {
    this.#found.delete(key);
    this.#beginUntold(bytes);
  }

  /** Its beginning was not told; a later message shows it. What the first census shows is older. */
  #beginUntold(bytes: Buffer): void {
    this.#kept.read(bytes, 0, bytes.length);
    if (this.#isFirst)
      this.#kept.portId = 0; // of who asked for it
    else this.#kept.forgetMoment();
    this.#open.add(this.#kept, 0, this.#census);
    if (this.#isFirst) this.#tell(this.#kept, "listed", false, 0);
    else this.#tellFound("new", 0);
  }

  /** Its end was not told. */
  #vanish(slot: Slot): void {
    const bytes = this.#open.bytesOf(slot);
    this.#kept.read(bytes, 0, bytes.length);
    this.#kept.forgetMoment();
    const beganUs = this.#open.beganUs(slot);
    this.#open.remove(slot);
    this.#tellFound("destroy", beganUs);
  }

  #tellFound(change: FlowChange, beganUs: number): void {
    this.found += 1;
    this.#tell(this.#kept, change, true, beganUs);
  }
}

const NONE = -1;

/** The same as a number: 32 bits of the id, and 20 of the ports. */
function keyOf(message: ConntrackMessage): number {
  const ports = portsOf(message);
  return message.id * 0x10_0000 + ((ports ^ (ports >>> 12)) & 0xf_ffff);
}
