// What samples say: medians, spreads, ratios of what ran in the same round, and whether a goal is met.

/** The middle one; of an even number the higher of both. */
export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** How far the middle half of the samples reaches, as a share of their median. */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[values.length >> 2], sorted[(3 * values.length) >> 2]];
  return high === low ? 0 : (high - low) / median(values);
}

/** The median of the ratios of what ran in the same round; of ours, what another case takes may be left out. */
export const ratio = (ours, peers, besides) =>
  median(ours.map((value, round) => (value - (besides?.[round] ?? 0)) / peers[round]));

/**
 * About a figure of a case, or about its ratio to another case, after taking off what a third one takes.
 * @typedef {{ of: string, figure: string, most?: number, least?: number, to?: string, besides?: string }} Goal
 */

/**
 * What a goal came to; undefined where a case that it is about was not measured.
 * @param {Goal} goal
 */
export function reached({ of, figure, to, besides }, rows) {
  const samples = (name) => rows.find((row) => row.name === name)?.samples?.[figure];
  const ours = samples(of);
  if (ours === undefined || (to !== undefined && samples(to) === undefined)) return undefined;
  return to === undefined ? median(ours) : ratio(ours, samples(to), besides && samples(besides));
}

/**
 * Whether what was reached is what was wanted; undefined if it is not known.
 * @param {Pick<Goal, "most" | "least">} goal
 */
export function isMet({ most, least }, value) {
  if (value === undefined) return undefined;
  return most === undefined ? value >= least : value <= most;
}

/** The exponent of growth from the last but one of the sizes to the last: 1 is in proportion. */
export function growth(points) {
  const [from, to] = points.slice(-2);
  return Math.log(to.value / from.value) / Math.log(to.n / from.n);
}
