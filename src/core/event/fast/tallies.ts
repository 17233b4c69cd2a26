/** How many packets of a group came, and how many did not. */
export interface Tally {
  received: number;
  lost: number;
  /** The sequence number that comes next. */
  next: number;
}

/** Numbers that are missing: from the first to the last of them. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Counts the packets of groups by the numbers that the kernel gives them. */
export class Tallies {
  readonly byGroup = new Map<number, Tally>();
  /** Of the packet before: most often the next one is of the same group. */
  #lastGroup = -1;
  #last: Tally = { received: 0, lost: 0, next: 0 };

  /**
   * Counts a packet; what is missing before it is a gap.
   * @param sequence -1 where it has no number
   */
  count(group: number, sequence: number): Gap | undefined {
    const tally = this.#of(group);
    tally.received += 1;
    if (sequence < 0) return undefined;
    const from = tally.next;
    const count = (sequence - from) >>> 0;
    tally.next = (sequence + 1) >>> 0;
    // What is numbered lower came late, or from before: nothing is missing.
    if (count === 0 || count >= 0x8000_0000) return undefined;
    tally.lost += count;
    return { from, to: (sequence - 1) >>> 0, count };
  }

  /** Expects the first number again: the group was bound anew. */
  restart(group: number): void {
    this.#of(group).next = 0;
  }

  #of(group: number): Tally {
    if (group === this.#lastGroup) return this.#last;
    const tally = this.byGroup.get(group) ?? { received: 0, lost: 0, next: 0 };
    this.byGroup.set(group, tally);
    this.#lastGroup = group;
    this.#last = tally;
    return tally;
  }
}
