import type { Moment } from "../event/time-text.ts";
import type { Clock } from "./wish.ts";

const SECOND = 1_000_000_000n;

/** What another clock says at a moment. @param start when both began */
export function clockOf({ offsetMs, rate }: Clock, start: Moment): (moment: Moment) => Moment {
  const [began, offset] = [nanosecondsOf(start), BigInt(Math.round(offsetMs)) * 1_000_000n];
  return (moment) => {
    const passed = BigInt(Math.round(Number(nanosecondsOf(moment) - began) * rate));
    const at = began + offset + passed;
    return { seconds: Number(at / SECOND), nanoseconds: Number(at % SECOND) };
  };
}

function nanosecondsOf({ seconds, nanoseconds }: Moment): bigint {
  return BigInt(seconds) * SECOND + BigInt(nanoseconds);
}
