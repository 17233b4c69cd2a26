import type { OpenedCapture, OpenedDay, OpenedLog } from "./opened-day.ts";

/** A capture of a day, with the number by which it is chosen. */
export interface DayCapture extends OpenedCapture {
  readonly number: number;
  readonly machine: string;
}

/** A log of a day. */
export interface DayLog extends OpenedLog {
  readonly machine: string;
}

/** The captures of a day, machine by machine, numbered from 0 on. */
export function capturesOf({ machines }: Pick<OpenedDay, "machines">): DayCapture[] {
  const all = machines.flatMap(({ machine, captures }) => captures.map((capture) => ({ machine, ...capture })));
  return all.map((capture, number) => ({ number, ...capture }));
}

/** The logs of a day, machine by machine. */
export function logsOf({ machines }: Pick<OpenedDay, "machines">): DayLog[] {
  return machines.flatMap(({ machine, logs }) => logs.map((log) => ({ machine, ...log })));
}

/** The last name of a path. */
export function fileNameOf({ path }: { readonly path: string }): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Whether a capture may hold a packet of one of these spans (milliseconds since 1970): one of which nothing is known may. */
export function mayHold(
  { index }: Pick<OpenedCapture, "index">,
  spans: readonly { readonly fromMs: number; readonly toMs: number }[],
): boolean {
  const { first, last } = index ?? {};
  if (first === undefined || last === undefined) return index?.packets !== 0 && spans.length > 0;
  const [begin, end] = [Date.parse(first), Date.parse(last)];
  return spans.some(({ fromMs, toMs }) => fromMs <= end + 1 && toMs >= begin);
}

/** The captures of a day that hold what was at a moment (RFC 3339), or shortly before or after it; of which nothing is known may. */
export function capturesAt(day: Pick<OpenedDay, "machines">, at: string, withinMs: number): DayCapture[] {
  const moment = Date.parse(at);
  return capturesOf(day).filter((one) => mayHold(one, [{ fromMs: moment - withinMs, toMs: moment + withinMs }]));
}

/** The time of a stamp in short, with month and day where those are not a day's own. */
export function timeOn(day: string, ts: string): string {
  return `${otherDay(day, ts)}${ts.slice(11, 19)}`;
}

/** `08-30 ` of a stamp that is not of a day: days are local ones, stamps are of UTC. */
export function otherDay(day: string, ts: string): string {
  return ts === "" || ts.startsWith(day) ? "" : `${ts.slice(5, 10)} `;
}
