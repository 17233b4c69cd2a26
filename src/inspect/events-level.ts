import type { ReadEvent } from "../core/event/read-events.ts";
import { findViewer, runTshark, startWireshark } from "../host/viewer.ts";
import { Browser } from "./browser.ts";
import { removeCapture, writeCapture } from "./capture-file.ts";
import { appendTo, clipboardSequence } from "./clipboard.ts";
import type { Level } from "./level.ts";
import type { Line } from "./line.ts";
import { screenOf } from "./screen.ts";
import type { Arrival, InspectSource } from "./source.ts";
import type { Stage } from "./stage.ts";

export interface EventsOptions {
  readonly source: InspectSource;
  /** How many events are held at most. */
  readonly keep: number;
  /** The filter to begin with. */
  readonly filter: string;
  /** Where copies go, instead of the clipboard. */
  readonly copyTo: string | undefined;
  /** The day that is looked at, if it is one. */
  readonly day?: string;
  /** Whether the list stays at its first event; else it follows the last. */
  readonly isAtStart?: boolean;
  /** Shows what belongs to an event, where there is something to look in. */
  readonly correlate?: (read: ReadEvent) => void;
}

/** How long events are taken in before keys are looked at. */
const TAKE_MS = 10;

/** The events of a source as a list that a person looks through. */
export class EventsLevel implements Level {
  readonly #options: EventsOptions;
  readonly #stage: Stage;
  readonly #closing = new AbortController();
  readonly #browser: Browser;
  /** When keys are to be looked at next. */
  #breath = 0;

  constructor(options: EventsOptions, stage: Stage) {
    this.#options = options;
    this.#stage = stage;
    const { source, keep, filter, isAtStart = false, correlate, day } = options;
    this.#browser = new Browser(
      { name: source.name, isClosed: source.isClosed, keep, filter, isAtStart, day },
      {
        copy: (text) => this.#copy(text),
        show: (reads) => this.#show(reads),
        changed: () => stage.changed(),
        end: () => stage.pop(),
        ...(correlate === undefined ? {} : { correlate }),
      },
    );
  }

  /** Takes in what comes until it ends or nobody looks any more; throws what the source throws before its first event. */
  async take(): Promise<void> {
    const signal = AbortSignal.any([this.#stage.signal, this.#closing.signal]);
    try {
      for await (const arrivals of this.#options.source.open(signal, (line) => this.say(line))) {
        await this.#add(arrivals);
      }
    } catch (error) {
      if (this.#browser.book.end === 0) throw error;
      this.say(error instanceof Error ? error.message : String(error));
    }
    this.#browser.finish();
  }

  press(key: string): void {
    this.#browser.press(key);
  }

  screen(columns: number, rows: number): Line[] {
    return screenOf(this.#browser, columns, rows);
  }

  look(forMs: number): boolean {
    return this.#browser.list.look(forMs);
  }

  say(line: string): void {
    this.#browser.say(line);
  }

  close(): void {
    this.#closing.abort();
  }

  /** What comes may come without a pause: keys are looked at in between. */
  async #add(arrivals: readonly Arrival[]): Promise<void> {
    for (const arrival of arrivals) {
      this.#browser.add(arrival);
      if (performance.now() < this.#breath) continue;
      await new Promise((resolve) => setImmediate(resolve));
      this.#breath = performance.now() + TAKE_MS;
    }
    this.#stage.took();
  }

  #copy(text: string): string {
    const { copyTo } = this.#options;
    if (copyTo !== undefined) return appendTo(copyTo, text);
    const sequence = clipboardSequence(text, process.env);
    if (sequence === undefined) return "the terminal has no clipboard: mark it, or use --copy-to FILE";
    this.#stage.write(sequence);
    return "sent to the clipboard (OSC 52); where the terminal takes none: --copy-to FILE";
  }

  async #show(reads: readonly ReadEvent[]): Promise<string> {
    const file = writeCapture(reads);
    if (file === undefined) return "there is no packet of IP in it";
    const viewer = findViewer(process.env);
    if (viewer === undefined) return `${file} is kept: install tshark, or wireshark`;
    if (viewer === "tshark") {
      const said = await this.#stage.away((signal) => runTshark(file, signal));
      removeCapture(file);
      return said;
    }
    return (await startWireshark(file)) || `wireshark shows ${file}`;
  }
}
