import { boundOf, type Drawer, groupsOf } from "./bound.ts";
import type { LineBytes } from "./line-bytes.ts";

/** A packet as large as Ethernet carries it: what is copied of one at most in the worst case. */
const PACKET_MAX = 1500;

/** The most that rules can log in the long run, and at once. */
export interface Worst {
  readonly linesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly burstLines: number;
}

/** What logs: the size of its lines, and what bounds them. */
export interface LogSource extends Drawer {
  readonly line: LineBytes;
}

/** The worst case of all of these together; null where one of them is bounded by nothing. */
export function worstOf(sources: readonly LogSource[]): Worst | null {
  const linesPerSecond = linesBound(sources);
  if (linesPerSecond === Number.POSITIVE_INFINITY) return null;
  return {
    linesPerSecond,
    bytesPerSecond: weighted(sources, ({ line }) => line.overhead) + copiedBound(sources),
    burstLines: boundOf(sources, ({ linesAtOnce }) => linesAtOnce),
  };
}

/**
 * The worst case of parts that share buckets, from that of each: together they log no more bytes than each by itself. A
 * bound that is found for all at once can miss that: it takes a shared bucket for one of the largest lines everywhere.
 */
export function worstTogether(sources: readonly LogSource[], parts: readonly (Worst | null)[]): Worst | null {
  const together = worstOf(sources);
  if (together === null) return null;
  const sum = parts.reduce((bytes, part) => bytes + (part?.bytesPerSecond ?? Number.POSITIVE_INFINITY), 0);
  return { ...together, bytesPerSecond: Math.min(together.bytesPerSecond, sum) };
}

function linesBound(sources: readonly LogSource[]): number {
  return boundOf(sources, ({ linesPerSecond }) => linesPerSecond);
}

/** Bytes of packets that are copied: as many lines as there may be, or as many bytes as limits of bytes let through. */
function copiedBound(sources: readonly LogSource[]): number {
  const copying = sources.filter((source) => copiedOf(source) > 0);
  const largest = copying.reduce((most, source) => Math.max(most, copiedOf(source)), 0);
  const byBytes = boundOf(copying, ({ linesPerSecond, packetBytesPerSecond }, source) =>
    Math.min(packetBytesPerSecond, linesPerSecond * (source === undefined ? largest : copiedOf(source))),
  );
  return Math.min(weighted(copying, copiedOf), byBytes);
}

function copiedOf({ line }: LogSource): number {
  return Math.min(line.copied, PACKET_MAX);
}

/** The bytes of the most lines, where a line of each source has a size of its own. */
function weighted(sources: readonly LogSource[], sizeOf: (source: LogSource) => number): number {
  return groupsOf(sources).reduce((sum, group) => sum + weightedGroup(group, sizeOf), 0);
}

/** Layer by layer, from the smallest size on: what lies in a layer are the lines of all that are larger. */
function weightedGroup(group: readonly LogSource[], sizeOf: (source: LogSource) => number): number {
  const sizes = [...new Set(group.map(sizeOf))].sort((a, b) => a - b);
  return sizes.reduce((sum, size, index) => {
    const layer = size - (sizes[index - 1] ?? 0);
    return sum + layer * linesBound(group.filter((source) => sizeOf(source) >= size));
  }, 0);
}
