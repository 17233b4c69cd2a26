/** What is known of lines without reading them again. */
export interface LineTally {
  readonly count: number;
  /** Packets or flows that were lost, at least. */
  readonly lost: number;
  readonly first?: string;
  readonly last?: string;
  readonly prefixes: Readonly<Record<string, number>>;
}

/** Chooses lines, and counts what it chose. */
export interface LineChoice {
  /** Whether the line is one that is wanted. */
  take(line: string): boolean;
  tally(): LineTally;
  /** How many lines of the day there were, with those that are not wanted. */
  seen(): number;
}

interface Counted {
  readonly ts: string | undefined;
  readonly prefix: string | undefined;
}

/** Of a machine that makes up ever new ones no more are held. */
const PREFIXES_MAX = 100_000;

/** Counts lines one after the other. */
export function createCounts(): { add(line: Counted): void; lose(count: number): void; tally(): LineTally } {
  const prefixes = new Map<string, number>();
  const span: { first?: string; last?: string } = {};
  let count = 0;
  let lost = 0;
  const widen = (ts: string): void => {
    if (span.first === undefined || ts < span.first) span.first = ts;
    if (span.last === undefined || ts > span.last) span.last = ts;
  };
  return {
    add({ ts, prefix }) {
      count += 1;
      if (ts !== undefined) widen(ts);
      if (prefix && (prefixes.size < PREFIXES_MAX || prefixes.has(prefix)))
        prefixes.set(prefix, (prefixes.get(prefix) ?? 0) + 1);
    },
    lose: (more) => {
      lost += more;
    },
    tally: () => ({ count, lost, ...span, prefixes: Object.fromEntries(prefixes) }),
  };
}
