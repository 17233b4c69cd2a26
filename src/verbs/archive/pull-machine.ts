import { damagedIn } from "../../core/archive/damage.ts";
import { type Clock, dayAfter, parseClock, type WantedDay, wantedDays } from "../../core/archive/days.ts";
import { journalBegin } from "../../core/archive/kernel-lines.ts";
import type { Manifest } from "../../core/archive/manifest.ts";
import type { DayOutcome, PulledDay, PulledMachine } from "../../core/archive/pull-report.ts";
import { parseRing } from "../../core/archive/ring.ts";
import { JOURNAL_BEGIN, LIST_RING, LOOK } from "../../core/archive/scripts.ts";
import { dayAt } from "../../core/capture/file-name.ts";
import { orUndefined } from "../../core/model/host.ts";
import { PlaceError } from "../../core/model/place.ts";
import { previewDay } from "./preview-day.ts";
import { type Pruned, pruneSource, wouldPrune } from "./prune-source.ts";
import type { DayPull, MachinePull } from "./pull-context.ts";
import { type DayEnd, type MachineLook, pullDay } from "./pull-day.ts";
import { askAll, whyOf } from "./read-place.ts";

/** A machine takes no longer: the others are to have their turn in the night. */
const MACHINE_MS = 4 * 3_600_000;

/** What says what a machine has takes no longer. */
const LOOK_MS = 10 * 60_000;

/** So many days are told of a machine that says nothing. */
const DAYS_OF_OFF_MAX = 366;

/** Archives all days of a machine that the vault lacks, then deletes there what is old and safe. */
export async function pullMachine(wish: MachinePull, manifests: readonly Manifest[]): Promise<PulledMachine> {
  const limit = AbortSignal.timeout(MACHINE_MS);
  try {
    return await pullAll({ ...wish, signal: AbortSignal.any([wish.signal, limit]) }, manifests);
  } catch (error) {
    if (!limit.aborted || wish.signal.aborted) throw error;
    const why = [`it took longer than ${MACHINE_MS / 3_600_000} hours: the next pull goes on from there`];
    return { machine: wish.machine, days: daysLacking(wish, manifests, { outcome: "failed", why }), ...NOT_PRUNED };
  }
}

async function pullAll(pull: MachinePull, manifests: readonly Manifest[]): Promise<PulledMachine> {
  const { machine, onStep } = pull;
  onStep(`${machine}: looking`);
  try {
    const clock = await clockOf(pull);
    const today = todayOf(pull, clock);
    const { look, troubles } = await lookAt(pull, clock);
    const ends = await pullDays(pull, { look, manifests, today });
    const isReached = ends.every(({ isOff }) => !isOff);
    const after = { look, manifests: newest([...manifests, ...ends.flatMap(manifestOf)]), today };
    const { pruned, kept, broken } = isReached ? await pruneAfter(pull, after) : NOT_PRUNED;
    const mended = await pullBroken(pull, after, broken);
    const days = ends.map(({ day }) => day).filter(({ day }) => !mended.some((one) => one.day === day));
    const all = [...days, ...mended].toSorted((one, other) => (one.day < other.day ? -1 : 1));
    return { machine, days: withTroubles(all, troubles, dayAfter(today, -1)), pruned, kept };
  } catch (error) {
    if (!(error instanceof PlaceError)) throw error;
    const outcome: DayOutcome = error.how === "unreached" ? "off" : "failed";
    return { machine, days: daysLacking(pull, manifests, { outcome, why: [whyOf(error)] }), pruned: 0, kept: [] };
  }
}

const NOT_PRUNED: Pruned = { pruned: 0, kept: [], broken: [] };

function manifestOf({ manifest }: DayEnd): Manifest[] {
  return manifest === undefined ? [] : [manifest];
}

async function clockOf({ place, signal }: MachinePull): Promise<Clock> {
  const [line = ""] = await askAll(place, { script: LOOK, words: [], signal, limitMs: LOOK_MS });
  const clock = parseClock(line);
  if (clock === undefined) throw new PlaceError("failed", place.label, `"${line.slice(0, 40)}" is no time`);
  return clock;
}

/** A day is over when it is over by both clocks. */
function todayOf({ now }: MachinePull, clock: Clock): string {
  return dayAt(Math.min(now, clock.now), clock.offsetMinutes);
}

/** A clock that is so far behind is told: days that it takes for days to come are left alone. */
const BEHIND_MS = 12 * 3_600_000;

function clockTroubles({ now }: MachinePull, clock: Clock): string[] {
  if (now - clock.now < BEHIND_MS) return [];
  return [`its clock is behind: there it is ${new Date(clock.now).toISOString().slice(0, 16)}Z`];
}

/** What the machine says that it has; a part of it that cannot be read holds up no other. */
async function lookAt(pull: MachinePull, clock: Clock): Promise<{ look: MachineLook; troubles: string[] }> {
  const { place, document, now, signal } = pull;
  const { captures, "kernel-log": prefixes } = document;
  const troubles = clockTroubles(pull, clock);
  const ask = async (what: string, script: string, words: readonly string[]): Promise<string[] | undefined> => {
    try {
      return await askAll(place, { script, words, signal, limitMs: LOOK_MS });
    } catch (error) {
      if (!(error instanceof PlaceError) || error.how !== "failed") throw error;
      troubles.push(`${what}: ${whyOf(error)}`);
      return undefined;
    }
  };
  const ring = captures === undefined ? undefined : await ask("captures", LIST_RING, [captures]);
  const journal = prefixes === undefined ? undefined : await ask("kernel-log", JOURNAL_BEGIN, []);
  const parsed = ring === undefined ? undefined : parseRing(ring, now);
  if (parsed !== undefined && parsed.odd > 0)
    troubles.push(`captures: ${parsed.odd} files whose names or sizes are impossible were left out`);
  const look = {
    ring: parsed,
    isJournalRead: journal !== undefined,
    journalBegin: journalBegin(journal?.[0]),
  };
  return { look, troubles };
}

/** What could not be looked into is said of the day before today. */
function withTroubles(days: readonly PulledDay[], troubles: readonly string[], yesterday: string): PulledDay[] {
  if (troubles.length === 0) return [...days];
  const of = days.find(({ day }) => day === yesterday) ?? {
    day: yesterday,
    outcome: "failed",
    why: [],
    files: [],
    parts: [],
  };
  const failed: PulledDay = { ...of, outcome: "failed", why: [...of.why, ...troubles] };
  return [...days.filter(({ day }) => day !== yesterday), failed];
}

interface Days {
  readonly look: MachineLook;
  readonly manifests: readonly Manifest[];
  readonly today: string;
}

async function pullDays(pull: MachinePull, { look, manifests, today }: Days): Promise<DayEnd[]> {
  const { ring, journalBegin: begin } = look;
  const known = {
    firstArchived: manifests[0]?.day,
    prunedDay: pull.listing.prunedDay,
    held: [
      ...(ring?.files.map(({ day }) => day) ?? []),
      ...(ring?.removed.map(({ day }) => day) ?? []),
      ...(begin === undefined ? [] : [begin.slice(0, 10)]),
    ],
  };
  const { days, withToday, settings } = pull;
  const wanted = wantedDays({ today, lookBackSeconds: lookBackOf(settings), withToday, days }, known);
  await removeOldStaging(
    pull,
    wanted.map(({ day }) => day),
  );
  const ends: DayEnd[] = [];
  for (const one of wanted) {
    const of = dayOf(pull, one, { manifests, today });
    const { day, manifest } = of;
    if (pull.isDryRun) ends.push({ day: previewDay(of, look), manifest, isOff: false });
    else if (ends.at(-1)?.isOff) ends.push({ day: offDay(day), manifest, isOff: true });
    else ends.push(await pullDay(of, look));
  }
  return ends;
}

function dayOf(pull: MachinePull, wanted: WantedDay, { manifests, today }: Pick<Days, "manifests" | "today">): DayPull {
  const { day } = wanted;
  const manifest = manifests.find((one) => one.day === day);
  const directory = `${pull.staging}/${pull.machine}/${day}`;
  const damaged = damagedIn(manifest, pull.listing.sizes);
  return { ...pull, ...wanted, isOver: day < today, directory, manifest, damaged };
}

/** What the vault has not as it was is archived anew from what the machine still has. */
async function pullBroken(pull: MachinePull, days: Days, broken: Pruned["broken"]): Promise<PulledDay[]> {
  const mended: PulledDay[] = [];
  for (const day of new Set(broken.map((one) => one.day))) {
    const of = dayOf(pull, { day, isExpected: false, isBeyond: false }, days);
    const damaged = broken.flatMap((one) => (one.day === day ? [one.name] : []));
    mended.push((await pullDay({ ...of, damaged }, days.look)).day);
  }
  return mended;
}

/** What archive prune deletes is not brought back. */
function lookBackOf({ "look-back": seconds, keep }: MachinePull["settings"]): number {
  return Math.min(seconds, keep ?? seconds);
}

function offDay(day: string): PulledDay {
  return { day, outcome: "off", why: ["it was not reached any more"], files: [], parts: [] };
}

/** What was never brought to an end, and is not looked for any more. */
async function removeOldStaging(
  { parts, staging, machine, isDryRun, days }: MachinePull,
  wanted: readonly string[],
): Promise<void> {
  if (isDryRun || days !== undefined) return;
  const names = (await orUndefined(parts.host.list(`${staging}/${machine}`), "ENOENT")) ?? [];
  for (const name of names) if (!wanted.includes(name)) await parts.depot.remove(`${staging}/${machine}/${name}`);
}

/** The days that the vault may lack of a machine that says nothing: since the last one that it has. */
function daysLacking(
  { now, days }: MachinePull,
  manifests: readonly Manifest[],
  { outcome, why }: Pick<PulledDay, "outcome" | "why">,
): PulledDay[] {
  const yesterday = dayAfter(dayAt(now, -new Date(now).getTimezoneOffset()), -1);
  const last = manifests.at(-1)?.day ?? dayAfter(yesterday, -1);
  const lacking: string[] = [];
  for (let day = yesterday; day > last && lacking.length < DAYS_OF_OFF_MAX; day = dayAfter(day, -1))
    lacking.unshift(day);
  return (days ?? (lacking.length === 0 ? [yesterday] : lacking)).map((day) => ({
    day,
    outcome,
    why,
    files: [],
    parts: [],
  }));
}

/** What of the ring is old, and in the vault. */
async function pruneAfter(pull: MachinePull, { look: { ring }, manifests, today }: Days): Promise<Pruned> {
  if (ring === undefined) return NOT_PRUNED;
  if (pull.isDryRun) return { ...NOT_PRUNED, pruned: wouldPrune(pull, ring.files, { manifests, today }) };
  try {
    return await pruneSource(pull, ring.files);
  } catch (error) {
    if (!(error instanceof PlaceError)) throw error;
    return { ...NOT_PRUNED, kept: [`not all was pruned: ${whyOf(error)}`] };
  }
}

/** A later manifest of a day goes over an earlier one. */
function newest(manifests: readonly Manifest[]): Manifest[] {
  return [...new Map(manifests.map((manifest) => [manifest.day, manifest])).values()];
}
