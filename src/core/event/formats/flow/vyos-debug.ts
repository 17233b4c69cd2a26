import type { FlowEvent } from "../../event.ts";
import { jsonLine } from "../../pipeline.ts";
import { secondsText } from "../../time-text.ts";
import { secondsSince1970 } from "./numbers.ts";

/** What a line for debugging has beside the event. */
export interface VyosDebug {
  /** How far east of UTC the machine's clock goes: there the time is that of the machine. */
  readonly offsetMinutes: number;
  /** There each processor has a process that tells; here there is one. */
  readonly process: number;
}

/**
 * A line of VyOS's logger as it stands at log_level debug: `[time] DEBUG: [Process-n]: LINE raw: MESSAGE`, its time as
 * Python's logging writes it. The message differs: there it is what pyroute2 made of it, here the event as JSON.
 */
export function encodeVyosDebug(line: string, event: FlowEvent, { offsetMinutes, process }: VyosDebug): string {
  const clock = secondsText(secondsSince1970(event.ts) + offsetMinutes * 60).replace("T", " ");
  const time = `${clock},${event.ts.slice(20, 23)}`;
  return `[${time}] DEBUG: [Process-${process}]: ${line} raw: ${jsonLine(event, "default")}`;
}
