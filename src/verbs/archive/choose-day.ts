import { parsePlacePath } from "../../core/archive/place-path.ts";
import { Fault } from "../../core/model/fault.ts";
import { isThere, readObeyed } from "../read-input.ts";
import { fillIntent } from "../rule-source.ts";
import type { TemplatePlaces } from "../templates.ts";
import type { DaysAt } from "./day-source.ts";
import { findDays } from "./find-days.ts";
import type { ArchiveParts } from "./parts.ts";
import { readArchiveSettings, vaultAt } from "./settings.ts";

/** A place where days may lie, and what it is called. */
export interface DaysPlace {
  readonly name: string;
  readonly at: DaysAt;
}

export interface PlacesWish {
  /** Where it was said that days lie: a directory from / on, or a place and a path there. */
  readonly base: string | undefined;
  /** Where an intent may name a vault, and whether it was said that it does. */
  readonly intent: { readonly file: string; readonly isNamed: boolean };
  readonly templates: TemplatePlaces;
  /** Where days were fetched to, unless said. */
  readonly fetched: string;
}

/** Where days may lie: where it was said, else in the intent's vault, and where they were fetched to. @throws Fault */
export async function daysPlaces(parts: ArchiveParts, wish: PlacesWish): Promise<DaysPlace[]> {
  const { base, fetched } = wish;
  if (base !== undefined) {
    const { at, path } = parsePlacePath("--dir", base);
    const vault = { name: base, at: { vault: vaultAt(parts, { at, path }) } };
    return at === "here" ? [{ name: base, at: { directory: path } }, vault] : [vault];
  }
  const archive = await archiveOf(parts, wish);
  const inVault = archive === undefined ? [] : [{ name: "the vault", at: { vault: vaultAt(parts, archive.vault) } }];
  return [...inVault, { name: fetched, at: { directory: fetched } }];
}

async function archiveOf({ host }: ArchiveParts, { intent: { file, isNamed }, templates }: PlacesWish) {
  if (isNamed) return await readArchiveSettings(host, file, templates);
  if (!(await isThere(host, file))) return undefined;
  return (await fillIntent(host, await readObeyed(host, file), templates)).archive;
}

export interface ChosenDay {
  readonly day: string;
  readonly at: DaysAt;
}

/**
 * Finds a day where it lies, or the newest one that lies anywhere; the earlier place goes first.
 * @throws Fault where there is none
 */
export async function chooseDay(
  parts: ArchiveParts,
  places: readonly DaysPlace[],
  wanted: string | undefined,
): Promise<ChosenDay> {
  const found = await Promise.all(places.map(async ({ at }) => ({ at, days: await findDays(parts, at) })));
  const all = found.flatMap(({ days }) => days).toSorted();
  const day = wanted ?? all.at(-1);
  const at = found.find(({ days }) => day !== undefined && days.includes(day))?.at;
  if (day !== undefined && at !== undefined) return { day, at };
  throw noDay(places, all, wanted);
}

function noDay(places: readonly DaysPlace[], all: readonly string[], wanted: string | undefined): Fault {
  const names = [...new Set(places.map(({ name }) => name))].join(" and ");
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) {
    const remedy = "name where it lies with --dir, or bring it here: netlogctl archive fetch DAY --to PLACE";
    return new Fault("not-found", `no day is archived in ${names}`, remedy);
  }
  const remedy = first === last ? `there is ${first}` : `there are days from ${first} to ${last}`;
  return new Fault("not-found", `nothing of ${wanted ?? "a day"} is archived in ${names}`, remedy);
}
