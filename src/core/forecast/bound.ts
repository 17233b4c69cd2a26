import type { Bucket } from "./buckets.ts";

/** What draws from buckets. */
export interface Drawer {
  readonly buckets: readonly Bucket[];
}

/** How much a bucket gives: to this one that draws from it, or undefined for all together. */
export type Capacity<T> = (bucket: Bucket, drawer: T | undefined) => number;

/** Shared buckets that hang together, up to which every choice of them is tried. */
const TRIED_MAX = 12;

/**
 * The most that all can draw together; Infinity where one of them is bounded by nothing. Each is bounded by the smallest of
 * its buckets, or together with all others by one that they share: whichever choice of shared buckets gives the least.
 * Where more than 12 of these hang together, it is a bound that may be larger than the least.
 */
export function boundOf<T extends Drawer>(drawers: readonly T[], capacity: Capacity<T>): number {
  return sumOf(groupsOf(drawers).map((group) => boundOfGroup(group, capacity)));
}

/** Those that hang together by buckets that they share; the bound of all is the sum of the bounds of these groups. */
export function groupsOf<T extends Drawer>(drawers: readonly T[]): T[][] {
  const groups = new Set<T[]>();
  const groupOf = new Map<string, T[]>();
  for (const drawer of drawers) {
    const touched = new Set(drawer.buckets.map(({ key }) => groupOf.get(key)).filter((group) => group !== undefined));
    const [target = [], ...others] = [...touched].sort((a, b) => b.length - a.length);
    for (const member of [drawer, ...others.flat()]) {
      target.push(member);
      for (const { key } of member.buckets) groupOf.set(key, target);
    }
    for (const group of others) groups.delete(group);
    groups.add(target);
  }
  return [...groups];
}

function boundOfGroup<T extends Drawer>(group: readonly T[], capacity: Capacity<T>): number {
  const shared = sharedOf(group);
  const classes = new Map<string, Class>();
  for (const drawer of group) {
    const keys = [...new Set(drawer.buckets.map(({ key }) => key).filter((key) => shared.has(key)))].sort();
    const own = Math.min(Number.POSITIVE_INFINITY, ...drawer.buckets.map((bucket) => capacity(bucket, drawer)));
    const name = keys.join("\n");
    classes.set(name, { keys, own: (classes.get(name)?.own ?? 0) + own });
  }
  return leastOf([...classes.values()], (key) => capacity(shared.get(key) as Bucket, undefined));
}

/** Those that draw from the same shared buckets, with what they could draw if each were alone. */
interface Class {
  readonly keys: readonly string[];
  readonly own: number;
}

/** The buckets from which several draw, by their key. */
function sharedOf(drawers: readonly Drawer[]): Map<string, Bucket> {
  const seen = new Set<string>();
  const shared = new Map<string, Bucket>();
  for (const { buckets } of drawers) {
    for (const bucket of new Map(buckets.map((one) => [one.key, one])).values()) {
      if (seen.has(bucket.key)) shared.set(bucket.key, bucket);
      seen.add(bucket.key);
    }
  }
  return shared;
}

function leastOf(group: readonly Class[], of: (key: string) => number): number {
  const keys = [...new Set(group.flatMap((one) => one.keys))];
  if (keys.length <= TRIED_MAX) return leastWith(keys, group, of);
  return Math.min(sumOf(group.map(({ own }) => own)), sumOf(keys.map(of)));
}

/** The least of counting the first bucket, and all who draw from it no more, or not. */
function leastWith(keys: readonly string[], group: readonly Class[], of: (key: string) => number): number {
  const [key, ...rest] = keys;
  if (key === undefined || group.length === 0) return sumOf(group.map(({ own }) => own));
  const others = group.filter((one) => !one.keys.includes(key));
  const without = leastWith(rest, group, of);
  return others.length === group.length ? without : Math.min(without, of(key) + leastWith(rest, others, of));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
