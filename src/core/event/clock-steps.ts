import { durationText } from "./formats/flow/amounts.ts";

/** What two clocks say at a moment, in milliseconds: that of the machine, and one that nobody sets and that never rests. */
export interface ClockReading {
  readonly wallMs: number;
  /** Since the boot, with the time that the machine slept (CLOCK_BOOTTIME). */
  readonly steadyMs: number;
}

/** By less a clock is adjusted as it goes, and times are not taken to be wrong. */
const SLACK_MS = 10_000;

/** Notices that the clock of the machine was put forward or back. */
export class ClockSteps {
  #aheadMs: number;

  constructor(reading: ClockReading) {
    this.#aheadMs = aheadOf(reading);
  }

  /** By how many milliseconds it was put since it was last asked, back if negative; 0 where it was not. */
  taken(reading: ClockReading): number {
    const ahead = aheadOf(reading);
    const step = ahead - this.#aheadMs;
    if (Math.abs(step) < SLACK_MS) return 0;
    this.#aheadMs = ahead;
    return step;
  }
}

function aheadOf({ wallMs, steadyMs }: ClockReading): number {
  return wallMs - steadyMs;
}

/** In words: the clock was put forward by 2d 00h. */
export function stepText(stepMs: number): string {
  return `the clock was put ${stepMs < 0 ? "back" : "forward"} by ${durationText(Math.abs(stepMs) / 1000)}`;
}
