import { uptime } from "node:os";
import type { ClockReading } from "../core/event/clock-steps.ts";

/** Node opens a file for uptime(). As long as the two clocks at hand go alike, nobody set the first, and the machine did not sleep. */
const ALIKE_MS = 1000;

let known = { wallMs: Number.NEGATIVE_INFINITY, restedMs: 0 };

/** What the clocks of this machine say. */
export function readClocks(): ClockReading {
  const [wallMs, wakefulMs] = [Date.now(), performance.now()];
  if (!(Math.abs(wallMs - wakefulMs - known.wallMs) < ALIKE_MS))
    known = { wallMs: wallMs - wakefulMs, restedMs: uptime() * 1000 - wakefulMs };
  return { wallMs, steadyMs: wakefulMs + known.restedMs };
}
