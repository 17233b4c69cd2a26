import { type ClockReading, ClockSteps, stepText } from "../../core/event/clock-steps.ts";

/**
 * How much older or younger captures are than their names and times say, because the clock was put since: a ring deletes
 * by real age. Of what was before this run nothing is known, nor behind its end.
 */
export class RingAges {
  readonly #read: () => ClockReading;
  readonly #note: (text: string) => void;
  readonly #steps: ClockSteps;
  #stepsOf = new Map<string, number>();
  #isPut = false;

  constructor(read: () => ClockReading, note: (text: string) => void) {
    this.#read = read;
    this.#note = note;
    this.#steps = new ClockSteps(read());
  }

  /** Looks at the clock. @param captures those that are there, also what is being written @returns whether it was put */
  follow(captures: () => readonly string[]): boolean {
    const step = this.#steps.taken(this.#read());
    if (step === 0) return false;
    this.#note(`${stepText(step)}: the next packet begins a new file; captures before it keep their real age`);
    this.#stepsOf = new Map(captures().map((name) => [name, this.of(name) + step]));
    this.#isPut = true;
    return true;
  }

  /** What is to be added to the times of a capture, in milliseconds. */
  of(capture: string): number {
    return this.#stepsOf.get(capture) ?? 0;
  }

  /** Whether the clock was put since this was asked last. */
  takePut(): boolean {
    const isPut = this.#isPut;
    this.#isPut = false;
    return isPut;
  }
}
