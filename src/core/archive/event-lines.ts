import { createCounts, type LineChoice } from "./line-tally.ts";

/** Takes all lines of events, a JSON object each. @throws SyntaxError for a line that is none */
export function createEventChoice(): LineChoice {
  const counts = createCounts();
  let seen = 0;
  return {
    take(line) {
      seen += 1;
      const event: unknown = JSON.parse(line);
      if (typeof event !== "object" || event === null) throw new SyntaxError("it is no object");
      const { kind, ts, prefix, count } = event as Readonly<Record<string, unknown>>;
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
