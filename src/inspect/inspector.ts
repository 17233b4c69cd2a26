import { EventsLevel, type EventsOptions } from "./events-level.ts";
import type { inspectDay } from "./inspect-day.ts";
import { Stage } from "./stage.ts";

export { inspectDay } from "./inspect-day.ts";

export interface InspectOptions extends Pick<EventsOptions, "source" | "keep" | "filter" | "copyTo"> {
  readonly hasColour: boolean;
}

/**
 * Lets a person look through the events of a source in the terminal, until they have seen enough or a signal ends it; then
 * the terminal is as it was. "no-keyboard" where nobody can press a key. Throws what the source throws before its first event.
 */
export async function inspect(options: InspectOptions): Promise<"ended" | "no-keyboard"> {
  const stage = new Stage(options.hasColour);
  const level = new EventsLevel(options, stage);
  stage.push(level);
  return await stage.run(() => level.take());
}

/** What the bundle of the browser exports. */
export interface Inspector {
  readonly inspect: typeof inspect;
  readonly inspectDay: typeof inspectDay;
}
