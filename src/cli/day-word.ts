import { isDay } from "../core/archive/days.ts";
import { Fault } from "../core/model/fault.ts";

/** A day as a person names it, as YYYY-MM-DD: also today and yesterday, of this machine. @throws Fault for anything else */
export function parseDay(text: string, now: Date): string {
  const back = ["today", "yesterday"].indexOf(text);
  if (back >= 0) return localDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - back));
  if (isDay(text)) return text;
  throw new Fault("usage", `"${text.slice(0, 40)}" is no day`, "give today, yesterday, or a day such as 2026-11-29");
}

/** The day of a moment here. */
export function localDay(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((number) => String(number).padStart(2, "0"));
  return `${date.getFullYear()}-${month}-${day}`;
}
