import type { Line } from "./line.ts";

/** Keys, and what they do. */
const KEYS = [
  ["up down  j k", "one event up or down"],
  ["PgUp PgDn", "a screen up or down"],
  ["left right", "what is beside the screen"],
  ["g G  Home End", "the oldest; the newest, and follow"],
  ["Space", "pause: the list stands, nothing is lost"],
  ["/", "filter while you type; Esc clears it"],
  ["Enter", "all of an event, and its bytes"],
  ["n p", "there: the next event, the one before"],
  ["t", "copy it as a case of netlogctl rules test"],
  ["m", "copy it as a match of nft"],
  ["y", "copy it as JSON"],
  ["w W", "it, or all in the list, in Wireshark or tshark"],
] as const;

const CORRELATE = ["c", "packets of the day that belong to it"] as const;

const LAST = [
  ["?", "these keys"],
  ["q  Ctrl-C", "back; end"],
] as const;

const FILTERS = [
  "A filter is words that stand in the row, such as",
  "  ssh 192.0.2.7",
  "or an expression of --where, such as",
  "  dport = 22 and src in 10.0.0.0/8",
] as const;

const KEY_COLUMNS = 15;

/** The keys on one screen; with that for what belongs to an event, where there is something to look in. */
export function helpLines(hasMore: boolean): Line[] {
  return [...keyLines([...KEYS, ...(hasMore ? [CORRELATE] : []), ...LAST]), [], ...FILTERS.map((text) => [{ text }])];
}

/** Keys, and what they do, a line each. */
export function keyLines(keys: readonly (readonly [string, string])[]): Line[] {
  return keys.map(([names, what]) => [{ text: names.padEnd(KEY_COLUMNS), look: "strong" }, { text: what }]);
}
