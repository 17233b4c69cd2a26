import type { ReadEvent } from "../core/event/read-events.ts";
import type { InspectSource } from "./source.ts";

/** A file of a day, and whose it is. */
interface DayFile {
  readonly machine: string;
  readonly path: string;
}

/** Where what is looked at in a day comes from. */
export interface DayParts {
  /** What a capture or a log holds. */
  sourceOf(file: DayFile): InspectSource;
  /** The packets of the day's captures that belong to an event. */
  correlated(read: ReadEvent): InspectSource;
}
