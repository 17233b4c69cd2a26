import { uptime } from "node:os";
import type { ClockReading } from "../core/event/clock-steps.ts";

/** The clock that rests while the machine sleeps is as good as long as the two others go alike, and is read for nothing. */
const ALIKE_MS = 1000;

let known = { wallMs: Number.NEGATIVE_INFINITY, restedMs: 0 };

/** What the clocks of this machine say. */
export function readClocks(): ClockReading {
  const [wallMs, wakefulMs] = [Date.now(), performance.now()];
  if (!(Math.abs(wallMs - wakefulMs - known.wallMs) < ALIKE_MS))
    known = { wallMs: wallMs - wakefulMs, restedMs: uptime() * 1000 - wakefulMs };
  return { wallMs, steadyMs: wakefulMs + known.restedMs };
}
