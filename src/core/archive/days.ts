const DAY_MS = 86_400_000;

/** The day after so many others (before, if negative): YYYY-MM-DD. */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** All days from one to another, both of them with it. */
export function daysFrom(first: string, last: string): string[] {
  const count = Math.floor((Date.parse(last) - Date.parse(first)) / DAY_MS) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => dayAfter(first, index));
}

/** Whether it is a day that there is, since 1970: YYYY-MM-DD. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return time >= 0 && new Date(time).toISOString().startsWith(text);
}

/** No zone is farther from UTC (tzdata). */
const ZONE_MINUTES_MAX = 14 * 60;

/** `+0200` as date(1) writes it, in minutes east of UTC; undefined for any other text. */
export function parseZone(text: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d)([0-5]\d)$/.exec(text) ?? [];
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return sign !== undefined && Math.abs(offset) <= ZONE_MINUTES_MAX ? offset : undefined;
}

/** What a clock shows. */
export interface Clock {
  /** In milliseconds since 1970. */
  readonly now: number;
  /** East of UTC. */
  readonly offsetMinutes: number;
}

/** Reads what LOOK says; undefined if it is no time. */
export function parseClock(line: string): Clock | undefined {
  const [, seconds, zone = ""] = /^(\d{1,11}) (\S+)$/.exec(line) ?? [];
  const offsetMinutes = parseZone(zone);
  return seconds === undefined || offsetMinutes === undefined
    ? undefined
    : { now: Number(seconds) * 1000, offsetMinutes };
}

/** Which days are looked at, and what is known of the machine. */
export interface DaysWish {
  /** The day that it is there now. */
  readonly today: string;
  readonly lookBackSeconds: number;
  /** Also the day that is not over. */
  readonly withToday: boolean;
  /** Of these only the ones that the machine may still have; all unless said. */
  readonly days?: readonly string[] | undefined;
}

export interface DaysKnown {
  /** The first day that the vault has of it. */
  readonly firstArchived: string | undefined;
  /** Days that it has something of. */
  readonly held: readonly string[];
  /** The newest day that the vault had, and that was pruned: what is as old is only looked at if it is named. */
  readonly prunedDay?: string | undefined;
}

export interface WantedDay {
  readonly day: string;
  /** Whether something is missing if the machine has nothing of it: it was archived before, or it is the day before today. */
  readonly isExpected: boolean;
  /** Whether it is longer ago than days are looked for. */
  readonly isBeyond: boolean;
}

/** The days that are archived, the oldest first: those that are over, from the first that the machine has or should have. */
export function wantedDays(wish: DaysWish, { firstArchived, held, prunedDay = "" }: DaysKnown): WantedDay[] {
  const yesterday = dayAfter(wish.today, -1);
  const floor = dayAfter(wish.today, -Math.max(1, Math.ceil(wish.lookBackSeconds / 86_400)));
  const last = wish.withToday ? wish.today : yesterday;
  const expectedFrom = firstArchived !== undefined && firstArchived < yesterday ? firstArchived : yesterday;
  const from = [expectedFrom, ...held].toSorted()[0] ?? yesterday;
  const lookedAt = daysFrom([from, floor].toSorted()[1] ?? floor, last).filter((day) => day > prunedDay);
  const named = wish.days?.filter((day) => day <= last) ?? lookedAt;
  const isExpected = (day: string): boolean => day <= yesterday && (wish.days !== undefined || day >= expectedFrom);
  return named.map((day) => ({
    day,
    isExpected: day >= floor && isExpected(day),
    isBeyond: day < floor,
  }));
}
