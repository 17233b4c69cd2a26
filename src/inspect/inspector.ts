import type { ReadEvent } from "../core/event/read-events.ts";
import { findViewer, runTshark, startWireshark } from "../host/viewer.ts";
import { Browser } from "./browser.ts";
import { removeCapture, writeCapture } from "./capture-file.ts";
import { appendTo, clipboardSequence } from "./clipboard.ts";
import { Frame } from "./frame.ts";
import { Painter } from "./painter.ts";
import { openPicture, type Picture } from "./picture.ts";
import { screenOf } from "./screen.ts";
import type { Arrival, InspectSource } from "./source.ts";
import { Terminal } from "./terminal.ts";

export interface InspectOptions {
  readonly source: InspectSource;
  /** How many events are held at most. */
  readonly keep: number;
  /** The filter to begin with. */
  readonly filter: string;
  /** Where copies go, instead of the clipboard. */
  readonly copyTo: string | undefined;
  readonly hasColour: boolean;
}

/**
 * Lets a person look through the events of a source in the terminal, until they have seen enough or a signal ends it; then
 * the terminal is as it was. "no-keyboard" where nobody can press a key. Throws what the source throws before its first event.
 */
export async function inspect(options: InspectOptions): Promise<"ended" | "no-keyboard"> {
  return await new Session(options).run();
}

/** What the bundle of the browser exports. */
export interface Inspector {
  readonly inspect: typeof inspect;
}

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** How long events are taken in before keys are looked at. */
const TAKE_MS = 10;

class Session {
  readonly #options: InspectOptions;
  readonly #terminal = new Terminal();
  readonly #frame = new Frame();
  readonly #ending = new AbortController();
  readonly #browser: Browser;
  readonly #painter: Painter;
  #picture: Picture | undefined;
  #isAway = false;
  /** When keys are to be looked at next. */
  #breath = 0;

  constructor(options: InspectOptions) {
    this.#options = options;
    const { source, keep, filter } = options;
    this.#browser = new Browser(
      { name: source.name, keep, filter },
      {
        copy: (text) => this.#copy(text),
        show: (reads) => this.#show(reads),
        changed: () => this.#painter.changed(),
        end: () => this.#ending.abort(),
      },
    );
    this.#painter = new Painter(
      () => this.#browser,
      () => this.#paint(),
    );
  }

  async run(): Promise<"ended" | "no-keyboard"> {
    if (!this.#enter()) return "no-keyboard";
    const onSignal = (name: NodeJS.Signals): void => {
      // While another program has the terminal, a Ctrl-C is meant for that one.
      if (name !== "SIGINT" || !this.#isAway) this.#ending.abort();
    };
    const onResize = (): void => this.#repaint();
    for (const name of SIGNALS) process.on(name, onSignal);
    process.stdout.on("resize", onResize);
    try {
      await Promise.race([this.#ended(), this.#take()]);
    } finally {
      this.#ending.abort();
      this.#leave();
      process.stdout.off("resize", onResize);
      for (const name of SIGNALS) process.off(name, onSignal);
    }
    return "ended";
  }

  async #ended(): Promise<void> {
    const { signal } = this.#ending;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }

  /** Takes in what comes. Its end is not that of the browser; its failure is only where there is nothing to look at. */
  async #take(): Promise<void> {
    const { signal } = this.#ending;
    try {
      for await (const arrivals of this.#options.source.open(signal, (line) => this.#browser.say(line))) {
        await this.#add(arrivals);
      }
    } catch (error) {
      if (this.#browser.book.end === 0) throw error;
      this.#browser.say(error instanceof Error ? error.message : String(error));
    }
    this.#browser.finish();
    await this.#ended();
  }

  /** What comes may come without a pause: keys are looked at in between. */
  async #add(arrivals: readonly Arrival[]): Promise<void> {
    for (const arrival of arrivals) {
      this.#browser.add(arrival);
      if (performance.now() < this.#breath) continue;
      await new Promise((resolve) => setImmediate(resolve));
      this.#breath = performance.now() + TAKE_MS;
    }
    this.#painter.took();
  }

  #enter(): boolean {
    const keys = this.#terminal.enter();
    if (keys === undefined) return false;
    this.#frame.forget();
    this.#picture = openPicture({
      keys,
      hasColour: this.#options.hasColour,
      onKey: (key) => this.#browser.press(key),
      onPicture: (picture) => this.#terminal.write(this.#frame.draw(picture)),
    });
    this.#painter.goOn();
    return true;
  }

  #leave(): void {
    this.#painter.stop();
    this.#picture?.close();
    this.#terminal.leave();
  }

  #paint(): void {
    const { columns, rows } = this.#terminal.size;
    this.#picture?.show(screenOf(this.#browser, columns, rows), columns);
  }

  #repaint(): void {
    if (this.#isAway) return;
    this.#terminal.write("\u001b[2J");
    this.#frame.forget();
    this.#paint();
  }

  #copy(text: string): string {
    const { copyTo } = this.#options;
    if (copyTo !== undefined) return appendTo(copyTo, text);
    const sequence = clipboardSequence(text, process.env);
    if (sequence === undefined) return "the terminal has no clipboard: mark it, or use --copy-to FILE";
    this.#terminal.write(sequence);
    return "sent to the clipboard (OSC 52); where the terminal takes none: --copy-to FILE";
  }

  async #show(reads: readonly ReadEvent[]): Promise<string> {
    const file = writeCapture(reads);
    if (file === undefined) return "there is no packet of IP in it";
    const viewer = findViewer(process.env);
    if (viewer === undefined) return `${file} is kept: install tshark, or wireshark`;
    if (viewer === "tshark") {
      const said = await this.#away(() => runTshark(file, this.#ending.signal));
      removeCapture(file);
      return said;
    }
    startWireshark(file);
    return `wireshark shows ${file}`;
  }

  /** Leaves the terminal to another program until that has ended. */
  async #away(program: () => Promise<string>): Promise<string> {
    this.#isAway = true;
    this.#leave();
    const said = await program();
    this.#isAway = false;
    if (!this.#ending.signal.aborted && !this.#enter()) this.#ending.abort();
    return said;
  }
}
