import { Fault } from "../core/model/fault.ts";

/** A day as a person names it, as YYYY-MM-DD: also today and yesterday, of this machine. @throws Fault for anything else */
export function parseDay(text: string, now: Date): string {
  const back = ["today", "yesterday"].indexOf(text);
  if (back >= 0) return dayText(new Date(now.getFullYear(), now.getMonth(), now.getDate() - back));
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  if (year !== undefined && month !== undefined && dayText(new Date(year, month - 1, day)) === text) return text;
  throw new Fault("usage", `"${text.slice(0, 40)}" is no day`, "give today, yesterday, or a day such as 2026-11-29");
}

function dayText(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((number) => String(number).padStart(2, "0"));
  return `${date.getFullYear()}-${month}-${day}`;
}
