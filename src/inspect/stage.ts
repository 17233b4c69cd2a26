import { Frame } from "./frame.ts";
import type { Level } from "./level.ts";
import { Painter } from "./painter.ts";
import { openPicture, type Picture } from "./picture.ts";
import { Terminal } from "./terminal.ts";

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** The terminal as a screen on which levels lie one over the other; it is given back as it was. */
export class Stage {
  readonly #hasColour: boolean;
  readonly #terminal = new Terminal();
  readonly #frame = new Frame();
  readonly #ending = new AbortController();
  readonly #levels: Level[] = [];
  readonly #painter = new Painter(
    (forMs) => this.#levels.at(-1)?.look(forMs) ?? true,
    () => this.#paint(),
  );
  #picture: Picture | undefined;
  #isAway = false;

  constructor(hasColour: boolean) {
    this.#hasColour = hasColour;
  }

  /** Aborted when it is over. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  push(level: Level): void {
    this.#levels.push(level);
    this.#painter.changed();
  }

  /** One level back; from the last one, the end. */
  pop(): void {
    this.#levels.pop()?.close();
    if (this.#levels.length === 0) this.#ending.abort();
    else this.#painter.changed();
  }

  changed(): void {
    this.#painter.changed();
  }

  /** Much comes, and may come without a pause. */
  took(): void {
    this.#painter.took();
  }

  write(text: string): void {
    this.#terminal.write(text);
  }

  /**
   * Has a person look at the levels until they have seen enough or a signal ends it; "no-keyboard" where nobody can press a
   * key. Throws what the work throws that is done meanwhile; its end is not that of the stage.
   */
  async run(work: () => Promise<void>): Promise<"ended" | "no-keyboard"> {
    if (!this.#enter()) return "no-keyboard";
    const onSignal = (name: NodeJS.Signals): void => {
      // While another program has the terminal, a Ctrl-C is meant for that one.
      if (name !== "SIGINT" || !this.#isAway) this.#ending.abort();
    };
    const onResize = (): void => this.#repaint();
    for (const name of SIGNALS) process.on(name, onSignal);
    process.stdout.on("resize", onResize);
    try {
      await Promise.race([this.#ended(), work().then(() => this.#ended())]);
    } finally {
      this.#ending.abort();
      for (const level of this.#levels) level.close();
      this.#leave();
      process.stdout.off("resize", onResize);
      for (const name of SIGNALS) process.off(name, onSignal);
    }
    return "ended";
  }

  /** Leaves the terminal to another program until that has ended. */
  async away(program: (signal: AbortSignal) => Promise<string>): Promise<string> {
    this.#isAway = true;
    this.#leave();
    const said = await program(this.signal);
    this.#isAway = false;
    if (!this.signal.aborted && !this.#enter()) this.#ending.abort();
    return said;
  }

  async #ended(): Promise<void> {
    const { signal } = this.#ending;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }

  #enter(): boolean {
    const keys = this.#terminal.enter();
    if (keys === undefined) return false;
    this.#frame.forget();
    this.#picture = openPicture({
      keys,
      hasColour: this.#hasColour,
      onKey: (key) => this.#press(key),
      onPicture: (picture) => this.#terminal.write(this.#frame.draw(picture)),
    });
    this.#painter.goOn();
    return true;
  }

  #press(key: string): void {
    if (key === "ctrl-c") this.#ending.abort();
    else this.#levels.at(-1)?.press(key);
    this.#painter.changed();
  }

  #leave(): void {
    this.#painter.stop();
    this.#picture?.close();
    this.#terminal.leave();
  }

  #paint(): void {
    const { columns, rows } = this.#terminal.size;
    const level = this.#levels.at(-1);
    if (level !== undefined) this.#picture?.show(level.screen(columns, rows), columns);
  }

  #repaint(): void {
    if (this.#isAway) return;
    this.#terminal.write("\u001b[2J");
    this.#frame.forget();
    this.#paint();
  }
}
