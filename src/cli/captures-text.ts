import { millisecondsText, secondsText } from "../core/event/time-text.ts";
import type { CaptureInDirectory, CaptureState } from "../verbs/list-captures.ts";

/** The columns of a list of captures. */
export const CAPTURE_COLUMNS = ["FILE", "BEGIN", "END", "PACKETS", "LOST", "SIZE", "PREFIXES"] as const;
/** The same for programs. */
export const CAPTURE_FIELDS = ["file", "state", "begin", "end", "packets", "lost", "bytes", "prefixes"] as const;

const STATES: Readonly<Record<CaptureState, string>> = {
  closed: "",
  "being-written": "(being written)",
  "cut-off": "(cut off)",
};

const PREFIXES_SHOWN = 3;

/** Captures as rows: what is not known is left out. Times are told in UTC. */
export function* captureRows(captures: Iterable<CaptureInDirectory>): Generator<readonly unknown[]> {
  for (const { name, begun, index, bytes, state } of captures) {
    const first = index?.first ?? secondsText((begun ?? 0) / 1000);
    yield [
      name,
      `${first.slice(0, 19)}Z`,
      index?.last === undefined ? "" : `${index.last.slice(0, 19)}Z`,
      index?.packets ?? "",
      index?.lost ?? "",
      sizeText(bytes),
      prefixesText(index?.prefixes, index?.others) || STATES[state],
    ];
  }
}

/** The same for programs: whole times, sizes in bytes, and how many packets there are of each prefix, as JSON. */
export function* captureFields(captures: Iterable<CaptureInDirectory>): Generator<readonly unknown[]> {
  for (const { name, begun, index, bytes, state } of captures) {
    const begin = index?.first ?? (begun === undefined ? undefined : millisecondsText(begun));
    const prefixes = index === undefined ? "" : JSON.stringify(index.prefixes);
    yield [name, state, begin, index?.last, index?.packets, index?.lost, bytes, prefixes];
  }
}

function prefixesText(prefixes: Readonly<Record<string, number>> = {}, others = 0): string {
  const names = Object.entries(prefixes)
    .sort(([, one], [, other]) => other - one)
    .map(([prefix]) => prefix.trim());
  const more = names.length - PREFIXES_SHOWN + (others > 0 ? 1 : 0);
  return `${names.slice(0, PREFIXES_SHOWN).join(", ")}${more > 0 ? `, ${more} more` : ""}`;
}

const UNITS = ["KiB", "MiB", "GiB", "TiB"];

/** A size for people: 1.5 MiB. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length);
  return `${(bytes / 2 ** (10 * power)).toFixed(1)} ${UNITS[power - 1]}`;
}
