/** The clock was put by so many milliseconds behind the event with this cursor. */
interface Step {
  readonly cursor: number;
  readonly ms: number;
}

/** More are not told apart: the oldest ones are taken together. */
const STEPS_MAX = 32;

/** Cursors are microseconds: what is on its way when the clock is put forward has the old time still. */
const ON_THE_WAY = 10_000_000;

/** How old what is stored is, though the clock by which it was told was put since: it goes by its real age. */
export class StoredAges {
  #steps: readonly Step[];
  /** Whether it is to be written. */
  isChanged = false;

  /** @param text what was written last; anything else is as nothing */
  constructor(text: string | undefined) {
    this.#steps = stepsIn(text);
  }

  get text(): string {
    return JSON.stringify(this.#steps);
  }

  /** The clock was put; what is behind the last cursor is told by the new one. */
  put(ms: number, lastCursor: number): void {
    const cursor = ms > 0 ? lastCursor + ON_THE_WAY : lastCursor;
    const [first, second, ...others] = [...this.#steps, { cursor, ms }];
    const isTooMany = others.length + 2 > STEPS_MAX && first !== undefined && second !== undefined;
    this.#steps = isTooMany
      ? [{ cursor: second.cursor, ms: first.ms + second.ms }, ...others]
      : [...this.#steps, { cursor, ms }];
    this.isChanged = true;
  }

  /** From which time on an event is not too old yet, by its cursor; earlier than any time where none is. */
  fromAt(nowMs: number, ageSecondsMax: number): (cursor: number) => string {
    if (this.#steps.length === 0) {
      const from = timeText(nowMs - ageSecondsMax * 1000);
      return () => from;
    }
    return (cursor) => {
      const since = this.#steps.reduce((sum, step) => (cursor <= step.cursor ? sum + step.ms : sum), 0);
      return timeText(nowMs - since - ageSecondsMax * 1000);
    };
  }
}

function stepsIn(text = "[]"): readonly Step[] {
  try {
    const steps: unknown = JSON.parse(text);
    return Array.isArray(steps) && steps.every(isStep) ? steps : [];
  } catch {
    return [];
  }
}

function isStep(value: unknown): value is Step {
  const { cursor, ms } = (value ?? {}) as Partial<Step>;
  return Number.isSafeInteger(cursor) && Number.isFinite(ms);
}

function timeText(at: number): string {
  return at >= 0 ? `${new Date(at).toISOString().slice(0, 23)}000000Z` : "";
}
