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
  ["w W", "it, or all in the list, in Wireshark"],
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

/** The keys on one screen. */
export function helpLines(): Line[] {
  return [
    ...KEYS.map(([keys, what]) => [{ text: keys.padEnd(KEY_COLUMNS), look: "strong" as const }, { text: what }]),
    [],
    ...FILTERS.map((text) => [{ text }]),
  ];
}
