import { BlockBuffer } from "../../core/capture/block-buffer.ts";
import { clockOf } from "../../core/capture/clock.ts";
import type { CaptureEnd, CaptureWish } from "../../core/capture/wish.ts";
import type { Moment } from "../../core/event/time-text.ts";
import type { GroupTally } from "../../core/model/packet-stream.ts";
import { readClock } from "../libc.ts";
import type { LoopParts } from "../thread/thread-loop.ts";
import { mendCaptures } from "./mend.ts";
import { Ring } from "./ring.ts";

/** So long after a file's end its last packets may come: the kernel collects them for a tenth of a second. */
const LATE_MS = 250;
/** How often the bounds of the ring are looked at while nothing comes: files become too old, and the disk full. */
const IDLE_MS = 10_000;

/** What a thread that captures writes into: blocks, a ring of files, and the clock that both go by. */
export class Recorder {
  readonly out: BlockBuffer;
  /** Another clock than the machine's, if one was handed in. */
  readonly clock: ((moment: Moment) => Moment) | undefined;
  readonly #ring: Ring;
  readonly #rate: number;

  constructor(wish: CaptureWish, { note }: LoopParts) {
    this.#rate = wish.clock?.rate ?? 1;
    this.clock = wish.clock && clockOf(wish.clock, readClock());
    for (const { file, packets } of mendCaptures(wish, { now: () => this.#now(), note })) {
      note(`${file} was cut off: it is closed behind its last whole packet, ${packets} in all`);
    }
    this.#ring = new Ring(wish, () => this.#now(), note);
    this.out = new BlockBuffer(this.#ring);
  }

  /** Ends a file whose time is over, and keeps to the bounds; how long nothing else has to be done, in milliseconds. */
  look(): number {
    this.followClock();
    const now = this.#now();
    const dueAt = this.out.endSeconds * 1000 + LATE_MS * this.#rate;
    if (this.out.endSeconds >= 0 && now >= dueAt) this.out.end("time");
    this.#ring.look(IDLE_MS);
    const untilEnd = this.out.endSeconds < 0 ? IDLE_MS : (dueAt - now) / this.#rate;
    return Math.max(1, Math.min(Math.ceil(untilEnd), IDLE_MS));
  }

  /** Where the clock was put a file ends: it would go on until the time of its name comes again, or tell of times far apart. */
  followClock(): void {
    if (this.#ring.wasClockPut()) this.out.end("time");
  }

  /** Takes what is counted as lost into the file. */
  lose(packets: number): void {
    this.out.tally.lost += packets;
  }

  /** Everything is written, and the last file closed. */
  end(groups: readonly GroupTally[]): CaptureEnd {
    this.out.end("end");
    this.#ring.enforce();
    const { lost, ...totals } = this.#ring.totals;
    return { ...totals, lost: lost + this.out.tally.lost, groups };
  }

  #now(): number {
    const moment = readClock();
    const { seconds, nanoseconds } = this.clock === undefined ? moment : this.clock(moment);
    return seconds * 1000 + nanoseconds / 1e6;
  }
}
