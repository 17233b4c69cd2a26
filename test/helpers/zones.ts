import type { OffsetAt } from "../../src/core/capture/rotation.ts";

/** The clock of a zone, as the tz database has it. */
export function zone(name: string): OffsetAt {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset", year: "numeric" });
  return (milliseconds) => {
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(format.format(milliseconds)) ?? [];
    const east = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
    return sign === "-" ? -east : east;
  };
}
