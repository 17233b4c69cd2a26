const SECOND_NS = 1e9;
const SECOND_US = 1_000_000;

/**
 * Nanoseconds as Python writes `timedelta(seconds=ns // 1e9, microseconds=ns % 1e9 / 1000).total_seconds()`: seconds, rounded
 * to microseconds (half to even), as the shortest text that is the same float: `2.0`, `1.6e-05`. So for 285 years; beyond, the
 * last digit may be another.
 */
export function pythonSeconds(nanoseconds: bigint): string {
  const ns = Number(nanoseconds);
  const rest = ((ns % SECOND_NS) + SECOND_NS) % SECOND_NS;
  const seconds = Math.round((ns - rest) / SECOND_NS);
  return floatText((seconds * SECOND_US + halfToEven(rest / 1000)) / SECOND_US);
}

function halfToEven(value: number): number {
  const down = Math.floor(value);
  const part = value - down;
  if (part === 0.5) return down % 2 === 0 ? down : down + 1;
  return part > 0.5 ? down + 1 : down;
}

/** Python has a point in every float, and an exponent of two digits below 1e-4. */
function floatText(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) {
    return value.toExponential().replace(/e-(\d)$/, "e-0$1");
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
