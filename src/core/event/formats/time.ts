const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * A time of ISO 8601 as events have it: in UTC, with nine digits behind the point. One without a zone is taken for UTC.
 * Undefined where the text is no time.
 */
export function timeOfText(text: string): string | undefined {
  const [, day, clock, fraction = "", zone = "Z"] = TIME.exec(text) ?? [];
  if (day === undefined || clock === undefined || !isDay(day)) return undefined;
  const at = Date.parse(`${day}T${clock}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
  if (Number.isNaN(at)) return undefined;
  const whole = new Date(at).toISOString();
  return /^\d{4}-/.test(whole) ? `${whole.slice(0, 19)}.${fraction.slice(0, 9).padEnd(9, "0")}Z` : undefined;
}

/** Date.parse takes the 31st of February for the 3rd of March. */
function isDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

/** The whole seconds since 1970 of an event's time. */
export function secondsOf(ts: string): number {
  const at = Date.parse(`${ts.slice(0, 19)}Z`);
  return Number.isNaN(at) ? 0 : at / 1000;
}

/** Seconds and microseconds since 1970, as events have a time. */
export function timeOfSeconds(seconds: number, micros: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(micros).padStart(6, "0")}000Z`;
}
