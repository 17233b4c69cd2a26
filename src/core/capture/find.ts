import type { CaptureIndex } from "./capture-index.ts";
import { compareBegun, parseCaptureName } from "./file-name.ts";
import { atLocal, type OffsetAt } from "./rotation.ts";

/** A capture in a directory: what its name says, and what stands beside it. */
export interface FoundCapture {
  readonly name: string;
  /** When it was begun, by its name: milliseconds since 1970. */
  readonly begun: number;
  readonly index: CaptureIndex | undefined;
}

/** A span of time as events have it; undefined: without that end. */
export interface Span {
  readonly since: string | undefined;
  readonly until: string | undefined;
}

/** Captures of the ring as they are written: without a whole last block maybe. */
const PART = ".part";
/** A packet may have come so long before the one that a file was begun with. */
const EARLY_MS = 60_000;

/** Whether it is still written to, or was left so. */
export function isPart(name: string): boolean {
  return name.endsWith(PART);
}

/** The captures among names, in the order in which they were begun, that may hold something of the span, as far as names tell. */
export function capturesIn(
  names: readonly string[],
  { since, until }: Span,
  offsetAt: OffsetAt,
): Omit<FoundCapture, "index">[] {
  const all = names
    .flatMap((name) => {
      const parsed = parseCaptureName(isPart(name) ? name.slice(0, -PART.length) : name);
      return parsed === undefined ? [] : [{ name, parsed }];
    })
    .sort(({ parsed: one }, { parsed: other }) => compareBegun(one, other))
    .map(({ name, parsed }) => ({ name, begun: atLocal(Date.parse(`${parsed.begun}Z`), offsetAt) }));
  const from = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const to = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
  return all.filter(({ begun }, at) => begun - EARLY_MS <= to && endOf(all, at) >= from);
}

/** The next one was begun when it ended: each holds what came while it was written. */
function endOf(all: readonly { readonly begun: number }[], at: number): number {
  return (all[at + 1]?.begun ?? Number.POSITIVE_INFINITY) + EARLY_MS;
}

/** Whether a capture holds something of the span, by its index; without one it may. */
export function holdsSpan({ index }: FoundCapture, { since, until }: Span): boolean {
  if (index?.first === undefined || index.last === undefined) return true;
  return (until === undefined || index.first <= until) && (since === undefined || index.last >= since);
}

/** Whether packets of such a prefix are in it, by its index; without one there may be. */
export function holdsPrefix({ index }: FoundCapture, isWanted: (prefix: string) => boolean): boolean {
  return index === undefined || index.others > 0 || Object.keys(index.prefixes).some(isWanted);
}
