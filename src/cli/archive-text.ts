import type { PulledDay, PullReport } from "../core/archive/pull-report.ts";
import type { ArchiveList } from "../verbs/archive/list.ts";
import type { Verified } from "../verbs/archive/verify.ts";
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

function whatOf({ files, why, outcome }: PulledDay): string {
  const shown =
    outcome === "wanted" && files.length > 3 ? [...files.slice(0, 2), `and ${files.length - 2} more`] : files;
  return [...(shown.length === 0 ? [] : [shown.join(" ")]), ...why].join("; ");
}

/** The files of the archive, those of a day below each other, with the captures in them where they were asked for. */
export function renderList({ days }: ArchiveList, withMembers: boolean): string {
  const rows = days.flatMap(({ machine, day, files, missing }) => [
    ...files.flatMap((file) => [
      [machine, day, ...cellsOf(file)],
      ...(withMembers ? file.members.map((member) => [machine, day, ...cellsOf(member)]) : []),
    ]),
    ...missing.map((note) => [machine, day, "-", "", "", "", "", "", note]),
  ]);
  return renderTable(["MACHINE", "DAY", "FILE", "SIZE", "COUNT", "LOST", "FIRST", "LAST", "PREFIXES"], rows);
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

function cellsOf(listed: Listed): string[] {
  const { name, bytes, count, packets, lost, first, last, prefixes = {} } = listed;
  const number = (value: number | undefined): string => (value === undefined ? "" : String(value));
  const second = (ts: string | undefined): string => (ts === undefined ? "" : `${ts.slice(0, 19)}Z`);
  const names = Object.keys(prefixes).map((prefix) => prefix.trim());
  const shown = names.length > 4 ? [...names.slice(0, 4), `and ${names.length - 4} more`] : names;
  return [name, sizeText(bytes), number(count ?? packets), number(lost), second(first), second(last), shown.join(", ")];
}

/** Day by day, whether it is what it was. */
export function renderVerified({ days }: Verified): string {
  const rows = days.map(({ machine, day, sound, problems, notes }) => [
    ...[machine, day, problems.length === 0 ? "sound" : "broken", String(sound)],
    [...problems, ...notes].join("; "),
  ]);
  return renderTable(["MACHINE", "DAY", "STATE", "FILES", "WHAT"], rows);
}
