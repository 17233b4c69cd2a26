import type { ListedDay } from "../core/archive/listing.ts";
import type { PulledDay, PulledPart, PullReport } from "../core/archive/pull-report.ts";
import type { ArchiveList } from "../verbs/archive/list.ts";
import type { Verified } from "../verbs/archive/verify.ts";
import { printable } from "./printable.ts";
import { renderTable } from "./table.ts";

const UNITS = ["KiB", "MiB", "GiB", "TiB"];

/** A size as people read it: 512 B, 3.4 MiB. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(UNITS.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${UNITS[power - 1]}`;
}

/** What became of each day; of those that the vault had, only the last one is worth a line. */
export function renderPull({ machines }: PullReport): string {
  const rows = machines.flatMap(({ machine, days }) =>
    days
      .filter(({ outcome }, at) => outcome !== "already" || at === days.length - 1)
      .map((day) => [machine, day.day, day.outcome, whatOf(day)]),
  );
  return rows.length === 0 ? "" : renderTable(["MACHINE", "DAY", "OUTCOME", "WHAT"], rows);
}

function whatOf({ parts, why }: PulledDay): string {
  return [...parts.map(partText), ...why].join("; ");
}

const COUNTED = { captures: "packets", "kernel-log": "lines", events: "events" } as const;

function partText({ kind, captures, bytes, count }: PulledPart): string {
  const head = kind === "captures" ? `${captures} ${captures === 1 ? "capture" : "captures"}` : kind;
  const counted = count === undefined ? [] : [`${count} ${COUNTED[kind]}`];
  const known = [...(bytes === undefined ? [] : [sizeText(bytes)]), ...counted];
  return known.length === 0 ? head : `${head} (${known.join(", ")})`;
}

/** The files of the archive, those of a day below each other, with the captures in them where they were asked for. */
export function renderList({ days }: ArchiveList, withMembers: boolean): string {
  const groups = days.map((day) => rowsOf(day, withMembers));
  const head = ["MACHINE", "DAY", "FILE", "SIZE", "COUNT", "LOST", "FIRST", "LAST", "PREFIXES"];
  const [title = "", ...lines] = renderTable(head, groups.flat()).split("\n");
  const shown = days.flatMap(({ missing }, at) => [
    ...lines.splice(0, groups[at]?.length),
    ...missing.map((note) => `  missing: ${printable(note)}`),
  ]);
  return [title, ...shown].join("\n");
}

function rowsOf({ machine, day, files }: ListedDay, withMembers: boolean): string[][] {
  if (files.length === 0) return [[machine, day, "-"]];
  return files.flatMap((file) => [
    [machine, day, ...cellsOf(file, day)],
    ...(withMembers ? file.members.map((member) => [machine, day, ...cellsOf(member, day)]) : []),
  ]);
}

/** A file, or a capture in it: of that packets are counted. */
interface Listed {
  readonly name: string;
  readonly bytes: number;
  readonly count?: number | undefined;
  readonly packets?: number | undefined;
  readonly lost?: number | undefined;
  readonly first?: string | undefined;
  readonly last?: string | undefined;
  readonly prefixes?: Readonly<Record<string, number>> | undefined;
}

function cellsOf(listed: Listed, day: string): string[] {
  const { name, bytes, count, packets, lost, first, last, prefixes = {} } = listed;
  const number = (value: number | undefined): string => (value === undefined ? "" : String(value));
  const second = (ts: string | undefined): string => (ts === undefined ? "" : timeOf(ts, day));
  const names = Object.keys(prefixes).map((prefix) => prefix.trim());
  const shown = names.length > 4 ? [...names.slice(0, 4), `and ${names.length - 4} more`] : names;
  return [name, sizeText(bytes), number(count ?? packets), number(lost), second(first), second(last), shown.join(", ")];
}

/** Without the date where it is the day's. */
function timeOf(ts: string, day: string): string {
  return `${ts.startsWith(day) ? ts.slice(11, 19) : ts.slice(0, 19)}Z`;
}

/** Day by day, whether it is what it was. */
export function renderVerified({ days }: Verified): string {
  const rows = days.map(({ machine, day, sound, state, problems, notes }) => [
    ...[machine, day, state, String(sound)],
    [...problems, ...notes].join("; "),
  ]);
  return renderTable(["MACHINE", "DAY", "STATE", "FILES", "WHAT"], rows);
}
