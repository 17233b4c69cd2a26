const STAMP = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * A stamp (RFC 3339, ISO 8601) in UTC with nine digits behind the point as events have it; undefined if it is none.
 * @param zoneless the zone of a stamp without one; unless given, such a stamp is none
 */
export function parseRfc3339(text: string, zoneless = ""): string | undefined {
  const [, day = "", time = "", fraction = "", zone = zoneless] = STAMP.exec(text) ?? [];
  if (zone === "" || !isDay(day)) return undefined;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  return encodeMillis(Date.parse(`${day}T${time}${offset}`), fraction);
}

/** Date.parse takes the 31st of February for the 3rd of March. */
function isDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

/** Nanoseconds since 1970 in UTC as an event's ts; undefined outside the years 0 to 9999. */
export function encodeTime(nanoseconds: bigint): string | undefined {
  const rest = ((nanoseconds % SECOND) + SECOND) % SECOND;
  return encodeMillis(Number((nanoseconds - rest) / 1_000_000n), String(rest).padStart(9, "0"));
}

const SECOND = 1_000_000_000n;

/** Longer are only dates before the year 0 and after 9999. */
const ISO_LENGTH = "2026-01-01T00:00:00.000Z".length;

function encodeMillis(millis: number, fraction: string): string | undefined {
  const date = new Date(millis);
  if (Number.isNaN(date.getTime())) return undefined;
  const text = date.toISOString();
  return text.length === ISO_LENGTH ? `${text.slice(0, 19)}.${fraction.padEnd(9, "0")}Z` : undefined;
}
