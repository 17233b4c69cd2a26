import type { DayCapture, DayLog } from "../core/archive/day-files.ts";
import type { OpenedDay } from "../core/archive/opened-day.ts";
import type { ReadEvent } from "../core/event/read-events.ts";
import { findViewer, runTshark, startWireshark } from "../host/viewer.ts";
import { DayLevel } from "./day-level.ts";
import type { DayParts } from "./day-parts.ts";
import { EventsLevel, type EventsOptions } from "./events-level.ts";
import { Stage } from "./stage.ts";

export interface InspectDayOptions extends Pick<EventsOptions, "keep" | "copyTo"> {
  readonly day: OpenedDay;
  readonly parts: DayParts;
  readonly hasColour: boolean;
}

/**
 * Lets a person look through a day of the archive in the terminal: its files, what they hold, and what belongs to an event;
 * then the terminal is as it was. "no-keyboard" where nobody can press a key.
 */
export async function inspectDay(options: InspectDayOptions): Promise<"ended" | "no-keyboard"> {
  return await new DaySession(options).run();
}

class DaySession {
  readonly #options: InspectDayOptions;
  readonly #stage: Stage;
  readonly #level: DayLevel;

  constructor(options: InspectDayOptions) {
    this.#options = options;
    this.#stage = new Stage(options.hasColour);
    this.#level = new DayLevel(options.day, {
      open: (file) => this.#open(file),
      show: (capture) => void this.#show(capture),
      end: () => this.#stage.pop(),
    });
    this.#stage.push(this.#level);
  }

  async run(): Promise<"ended" | "no-keyboard"> {
    return await this.#stage.run(async () => {});
  }

  #open(file: DayCapture | DayLog): void {
    this.#look({
      source: this.#options.parts.sourceOf(file),
      correlate: (read) => this.#correlate(read),
    });
  }

  #correlate(read: ReadEvent): void {
    this.#look({
      source: this.#options.parts.correlated(read),
      isAtStart: true,
      correlate: (other) => this.#correlate(other),
    });
  }

  /** What a file cannot be read for is said where one sees it. */
  #look(more: Pick<EventsOptions, "source" | "isAtStart" | "correlate">): void {
    const { keep, copyTo, day } = this.#options;
    const level = new EventsLevel({ keep, copyTo, filter: "", day: day.day, ...more }, this.#stage);
    this.#stage.push(level);
    level.take().catch((error) => level.say(error instanceof Error ? error.message : String(error)));
  }

  async #show({ path }: DayCapture): Promise<void> {
    const said = await this.#shown(path);
    if (said !== "") this.#level.say(said);
    this.#stage.changed();
  }

  async #shown(path: string): Promise<string> {
    const viewer = findViewer(process.env);
    if (viewer === undefined) return "neither wireshark nor tshark is installed: Enter shows what it holds";
    if (viewer === "tshark") return await this.#stage.away((signal) => runTshark(path, signal));
    return (await startWireshark(path)) || `wireshark shows ${path}`;
  }
}
