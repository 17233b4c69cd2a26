import { createCounts, type LineChoice } from "./line-tally.ts";

/** Takes all lines of events, a JSON object each. @throws SyntaxError for a line that is none */
export function createEventChoice(): LineChoice {
  const counts = createCounts();
  let seen = 0;
  return {
    take(line) {
      seen += 1;
      const { kind, ts, prefix, count } = JSON.parse(line) as Readonly<Record<string, unknown>>;
      if (kind === "loss") counts.lose(Number(count) || 0);
      else counts.add({ ts: textOf(ts), prefix: textOf(prefix) });
      return true;
    },
    tally: counts.tally,
    seen: () => seen,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
