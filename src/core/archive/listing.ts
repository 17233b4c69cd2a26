import { parseCaptureName } from "../capture/file-name.ts";
import { compileGlob } from "../event/where/glob.ts";
import { dayAfter, daysFrom } from "./days.ts";
import type { ArchivedFile, Manifest, Member } from "./manifest.ts";

/** Of what is archived, what is listed; times as events have them. */
export interface ListWish {
  readonly machine?: string | undefined;
  /** What holds this moment. */
  readonly at?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** A pattern that one of its prefixes is like. */
  readonly prefix?: string | undefined;
  /** East of UTC, for what has only a name that says when it was begun. */
  readonly offsetMinutes: number;
}

export interface ListedDay {
  readonly machine: string;
  readonly day: string;
  readonly files: readonly ArchivedFile[];
  readonly missing: readonly string[];
}

/** A machine's days that lie between others of it, and that nothing is archived of. */
export interface Gap {
  readonly machine: string;
  readonly first: string;
  readonly last: string;
}

/** The days whose files may hold what is wanted: a day here begins and ends within one of UTC before and after it. */
export function daysOf({ at, since, until }: ListWish): { firstDay: string | undefined; lastDay: string | undefined } {
  const [first, last] = [at ?? since, at ?? until];
  return {
    firstDay: first === undefined ? undefined : dayAfter(first.slice(0, 10), -2),
    lastDay: last === undefined ? undefined : dayAfter(last.slice(0, 10), 2),
  };
}

/** What of manifests is wanted; of captures only the members that are. */
export function listDays(manifests: readonly Manifest[], wish: ListWish): ListedDay[] {
  const isNarrow = [wish.at, wish.since, wish.until, wish.prefix].some((value) => value !== undefined);
  return manifests
    .filter(({ machine }) => wish.machine === undefined || machine === wish.machine)
    .map(({ machine, day, files, missing }) => {
      const own = isNarrow ? files.flatMap((file) => narrowed(file, wish)) : files;
      return { machine, day, files: own, missing: isNarrow ? [] : missing };
    })
    .filter(({ files }) => !isNarrow || files.length > 0);
}

function narrowed(file: ArchivedFile, wish: ListWish): ArchivedFile[] {
  if (file.kind !== "captures") return isWanted(file, wish) ? [file] : [];
  const captures = file.members.filter(({ name }) => parseCaptureName(name) !== undefined);
  const members = captures.filter((member, at) => isWanted(spanned(member, captures[at + 1], wish), wish));
  return members.length === 0 ? [] : [{ ...file, members }];
}

type Spanned = Pick<Member, "first" | "last" | "prefixes">;

/** A capture without an index is taken to last until the next one was begun, or for an hour. */
function spanned(member: Member, next: Member | undefined, { offsetMinutes }: ListWish): Spanned {
  if (member.first !== undefined) return member;
  const begun = begunAt(member, offsetMinutes);
  const end = next === undefined ? begun + 3_600_000 : begunAt(next, offsetMinutes);
  return { first: timeText(begun), last: timeText(end) };
}

function begunAt({ name }: Member, offsetMinutes: number): number {
  return Date.parse(`${parseCaptureName(name)?.begun}Z`) - offsetMinutes * 60_000;
}

function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -1)}000000Z`;
}

function isWanted({ first, last, prefixes = {} }: Spanned, { at, since, until, prefix }: ListWish): boolean {
  const isIn = prefix === undefined || Object.keys(prefixes).some((one) => compileGlob(prefix.trim())(one.trim()));
  if (first === undefined || last === undefined)
    return isIn && at === undefined && since === undefined && until === undefined;
  const [from, to] = [at ?? since ?? "", at ?? until ?? "~"];
  return isIn && first <= to && last >= from;
}

/** Days that lie between. @param manifests by machine, then day */
export function gapsIn(manifests: readonly Pick<Manifest, "machine" | "day">[]): Gap[] {
  return manifests.flatMap(({ machine, day }, index) => {
    const before = manifests[index - 1];
    if (before?.machine !== machine || daysFrom(before.day, day).length <= 2) return [];
    return [{ machine, first: dayAfter(before.day), last: dayAfter(day, -1) }];
  });
}
