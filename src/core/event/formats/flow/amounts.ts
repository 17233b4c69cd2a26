const UNITS = ["KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const STEP = 1024;

/** Bytes for people: `271 B`, `1.2 KiB`, `34 MiB`. */
export function sizeText(bytes: number): string {
  if (bytes < STEP) return `${bytes} B`;
  let [value, unit] = [bytes / STEP, 0];
  for (; value >= STEP - 0.5 && unit < UNITS.length - 1; unit += 1) value /= STEP;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** Seconds for people: `16 us`, `53 ms`, `2.003 s`, `3m 12s`, `2h 05m`, `3d 04h`. */
export function durationText(seconds: number): string {
  if (seconds < 0.0009995) return `${Math.round(seconds * 1e6)} us`;
  if (seconds < 0.9995) return `${Math.round(seconds * 1e3)} ms`;
  if (seconds < MINUTE - 0.0005) return `${seconds.toFixed(3)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR) return twoParts(whole, MINUTE, "m", 1, "s");
  return whole < DAY ? twoParts(whole, HOUR, "h", MINUTE, "m") : twoParts(whole, DAY, "d", HOUR, "h");
}

function twoParts(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${largeUnit} ${String(rest).padStart(2, "0")}${smallUnit}`;
}
