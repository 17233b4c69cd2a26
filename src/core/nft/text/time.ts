import type { Json } from "../json.ts";
import { count } from "./quote.ts";

const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

/** What 1.1.2 and later list for an element that never times out: the largest number of milliseconds, as seconds. */
const NEVER_SECONDS = 18_446_744_073_709_000;

/** A time in seconds as nft spells it: `1d2h`; undefined for what is none. */
export function seconds(value: Json | undefined): string | undefined {
  return count(value) === undefined ? undefined : duration(Number(value) * 1000);
}

/** A time in milliseconds as nft spells it: `1m10s500ms`; undefined for what is none. */
export function milliseconds(value: Json | undefined): string | undefined {
  return count(value) === undefined ? undefined : duration(Number(value));
}

/** The timeout of an element, in seconds. */
export function timeout(value: Json | undefined): string | undefined {
  return typeof value === "number" && value >= NEVER_SECONDS ? "never" : seconds(value);
}

function duration(total: number): string {
  if (total === 0) return "0s";
  let rest = total;
  return UNITS.map(([unit, size]) => {
    const many = Math.floor(rest / size);
    rest %= size;
    return many === 0 ? "" : `${many}${unit}`;
  }).join("");
}
