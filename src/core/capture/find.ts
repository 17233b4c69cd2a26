import type { CaptureIndex } from "./capture-index.ts";
import { parseCaptureName } from "./file-name.ts";
import { momentsOf, type OffsetAt } from "./rotation.ts";

/** A capture in a directory: what its name says, and what stands beside it. */
export interface FoundCapture {
  readonly name: string;
  /** Without an index, when it was begun, by its name: milliseconds since 1970. */
  readonly begun: number | undefined;
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
export function capturesIn(names: readonly string[], { since, until }: Span, offsetAt: OffsetAt): string[] {
  const all = inOrder(names.filter((name) => parseCaptureName(withoutPart(name)) !== undefined));
  if (since === undefined && until === undefined) return all;
  const begun = all.map((name) => begunOf(name, offsetAt));
  const from = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const to = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
  const ends = endsOf(begun);
  return all.filter((_, at) => (begun[at]?.earliest ?? 0) - EARLY_MS <= to && (ends[at] ?? 0) + EARLY_MS >= from);
}

/** When a capture was begun, by its name: milliseconds since 1970; of an hour that is there twice the first one. */
export function begunAt(name: string, offsetAt: OffsetAt): number {
  return begunOf(name, offsetAt).earliest;
}

type Begun = ReturnType<typeof momentsOf>;

function begunOf(name: string, offsetAt: OffsetAt): Begun {
  const begun = parseCaptureName(withoutPart(name))?.begun;
  return begun === undefined ? { earliest: 0, latest: 0 } : momentsOf(Date.parse(`${begun}Z`), offsetAt);
}

/**
 * When captures ended at the latest: each holds what came until the next one was begun. Those of an hour that is there twice
 * do not stand in their order: they may go on until one is begun behind it.
 */
function endsOf(begun: readonly Begun[]): number[] {
  const ends: number[] = [];
  let [next, nextSure] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { earliest, latest } of begun.toReversed()) {
    const isSure = earliest === latest;
    ends.push(isSure ? next : nextSure);
    next = latest;
    if (isSure) nextSure = latest;
  }
  return ends.reverse();
}

function withoutPart(name: string): string {
  return isPart(name) ? name.slice(0, -PART.length) : name;
}

const STAMP = "pcap-YYYYmmddHHMMSS".length;

/** There may be thousands: only those of the same second are not as letters have them. */
function inOrder(names: readonly string[]): string[] {
  const sorted = names.toSorted();
  for (let at = 0; at < sorted.length; ) {
    const stamp = sorted[at]?.slice(0, STAMP);
    let end = at + 1;
    while (end < sorted.length && sorted[end]?.startsWith(stamp ?? "")) end += 1;
    if (end - at > 1) sorted.splice(at, end - at, ...sorted.slice(at, end).sort(byNumber));
    at = end;
  }
  return sorted;
}

function byNumber(one: string, other: string): number {
  return numberOf(one) - numberOf(other);
}

function numberOf(name: string): number {
  return parseCaptureName(withoutPart(name))?.number ?? 0;
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
