/** A rate as the intent spells it: `5/minute`, `5/minute burst 10`, `over 10/second`, `10 kbytes/second burst 20 kbytes`. */
const RATE =
  /^(?<over>over )?(?<rate>[1-9][0-9]{0,8})(?: (?<unit>bytes|kbytes|mbytes))?\/(?<per>second|minute|hour|day|week)(?: burst (?<burst>[1-9][0-9]{0,8})(?: (?<burstUnit>packets|bytes|kbytes|mbytes))?)?$/;

type Unit = "packets" | "bytes" | "kbytes" | "mbytes";

/** A limit: how often a rule may match. */
export interface Limit {
  readonly rate: number;
  readonly unit: Unit;
  readonly per: "second" | "minute" | "hour" | "day" | "week";
  readonly burst: { readonly count: number; readonly unit: Unit } | undefined;
  /** Matches what is over the rate instead of what is under it. */
  readonly isOver: boolean;
}

/** Reads the spelling of a limit; undefined if it is none. */
export function parseLimit(text: string): Limit | undefined {
  const found = RATE.exec(text)?.groups;
  if (found === undefined) return undefined;

  const { rate, unit = "packets", per, over } = found;
  const burst = burstOf(found, unit as Unit);
  if (burst !== undefined && (burst.unit === "packets") !== (unit === "packets")) return undefined;
  return { rate: Number(rate), unit: unit as Unit, per: per as Limit["per"], burst, isOver: over !== undefined };
}

function burstOf({ burst, burstUnit }: Record<string, string>, unit: Unit): Limit["burst"] {
  if (burst === undefined) return undefined;
  return { count: Number(burst), unit: (burstUnit ?? (unit === "packets" ? "packets" : "bytes")) as Unit };
}

const SECONDS = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 } as const;
const BYTES = { packets: 1, bytes: 1, kbytes: 1024, mbytes: 1_048_576 } as const;

/** nft's burst of packets where none is named. */
const BURST = 5;

/** The seconds in which an empty bucket is full again. */
export function refillSeconds({ rate, unit, per, burst }: Limit): number {
  const tokens = burst === undefined ? (unit === "packets" ? BURST : 0) : burst.count * BYTES[burst.unit];
  return Math.ceil((SECONDS[per] * tokens) / (rate * BYTES[unit]));
}

/** Whether this is a rate that the kernel can count. */
export function isRate(text: string): boolean {
  const limit = parseLimit(text);
  return limit !== undefined && isCountable(limit);
}

/** Whether the kernel can count it: nanoseconds times tokens have 64 bits (net/netfilter/nft_limit.c, nft_limit_init). */
function isCountable({ rate, unit, per, burst }: Limit): boolean {
  const nanoseconds = BigInt(SECONDS[per]) * 1_000_000_000n;
  const tokens = BigInt(burst === undefined ? (unit === "packets" ? BURST : 0) : burst.count * BYTES[burst.unit]);
  const whole = BigInt(rate * BYTES[unit]);
  if (tokens >= 1n << 32n) return false; // a burst has 32 bits
  const product = unit === "packets" ? (nanoseconds / whole) * tokens : nanoseconds * (whole + tokens);
  return product < 1n << 64n;
}

/** What it lets through in a second, in packets or in bytes. */
export function tokensPerSecond({ rate, unit, per }: Limit): number {
  return (rate * BYTES[unit]) / SECONDS[per];
}

/** What it lets through at once, in packets or in bytes: those of bytes hold their rate as well (nft_limit.c, nft_limit_init). */
export function tokensAtOnce({ rate, unit, burst }: Limit): number {
  if (unit === "packets") return burst?.count ?? BURST;
  return rate * BYTES[unit] + (burst === undefined ? 0 : burst.count * BYTES[burst.unit]);
}
