import type { OpenedDay, OpenedMachine } from "../../core/archive/opened-day.ts";
import { encodeOpened, OPENED_FILE } from "../../core/archive/opened-file.ts";
import { UNPACK_LIMITS, type UnpackLimits } from "../../core/archive/sieve.ts";
import { Fault } from "../../core/model/fault.ts";
import { type Lock, orUndefined } from "../../core/model/host.ts";
import { type DayOfMachine, type DaysAt, findDay } from "./day-source.ts";
import { openFiles } from "./open-files.ts";
import { readOpened, refuseOther } from "./opened-before.ts";
import type { ArchiveParts } from "./parts.ts";
import { asFault } from "./place-fault.ts";

export interface OpenDayWish {
  readonly day: string;
  readonly at: DaysAt;
  /** Where it is unpacked to: a directory of the user's own. */
  readonly directory: string;
  /** Only these; all unless said. */
  readonly machines?: readonly string[] | undefined;
  /** A file with an identity of age(1), for what is encrypted. */
  readonly identity?: string | undefined;
  readonly limits?: UnpackLimits;
  readonly signal: AbortSignal;
}

/** An opening of another process is awaited for so long. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Unpacks a day of the archive into DIRECTORY/MACHINE, for its owner only. Archives are taken for what a stranger made: what
 * does not belong there, is a link, or too large, is left out, and said; nothing is written elsewhere. What is not what its
 * manifest says is not opened. Nothing is replaced but what was opened before. @throws Fault, HostError
 */
export async function openDay(parts: ArchiveParts, wish: OpenDayWish): Promise<OpenedDay> {
  const { day, directory, signal, limits = UNPACK_LIMITS } = wish;
  const found = await asFault("read the archive", findDay(parts, wish.at, { day, limits, signal }));
  const wanted = found.filter(({ machine }) => wish.machines?.includes(machine) ?? true);
  if (wanted.length === 0) return { day, directory, machines: [] };
  for (const { machine } of wanted) await refuseOther(parts, directoryOf(wish, machine));
  await parts.host.makeDirectory(directory, 0o700);
  const lock = await lockDirectory(parts, wish);
  try {
    const machines: OpenedMachine[] = [];
    for (const one of wanted) {
      signal.throwIfAborted();
      machines.push(await asFault("read the archive", openMachine(parts, one, { ...wish, limits })));
    }
    return { day, directory, machines };
  } finally {
    await lock.release();
  }
}

type Wish = OpenDayWish & { readonly limits: UnpackLimits };

/** Two that open the same at once would remove it from under each other. */
async function lockDirectory({ host }: ArchiveParts, { directory, signal }: OpenDayWish): Promise<Lock> {
  const lock = await orUndefined(host.lock(`${directory}/.opening`, { timeoutMs: PATIENCE_MS, signal }), "EAGAIN");
  if (lock !== undefined) return lock;
  throw new Fault("locked", `another netlogctl opens a day in ${directory}`, "wait until it is done");
}

/** No name that the bundle of a machine has: those end with .tgz, and have no plus sign. */
function directoryOf({ directory }: OpenDayWish, machine: string): string {
  return `${directory}/${machine.endsWith(".tgz") ? `${machine}+` : machine}`;
}

async function openMachine(parts: ArchiveParts, day: DayOfMachine, wish: Wish): Promise<OpenedMachine> {
  const { host, depot } = parts;
  const directory = directoryOf(wish, day.machine);
  const fingerprint = `${day.fingerprint} ${wish.identity === undefined ? "closed" : "read"}`;
  const before = await readOpened(parts, directory, { machine: day.machine, fingerprint });
  if (before !== undefined) return placedIn(directory, before);

  const work = `${wish.directory}/.opening-${day.machine}`;
  const from = `${work}/.brought`;
  await depot.remove(work);
  try {
    await host.makeDirectory(from, 0o700);
    const opened = await openFiles(parts, day.machine, { ...wish, work, from, brought: await day.bring(from) });
    await depot.remove(from);
    await host.replaceFile(`${work}/${OPENED_FILE}`, encodeOpened(opened, fingerprint), 0o600);
    await refuseOther(parts, directory);
    await depot.remove(directory);
    await depot.move(work, directory);
    return placedIn(directory, opened);
  } finally {
    await depot.remove(work);
  }
}

/** Paths are kept without the directory, which may be moved. */
function placedIn(directory: string, opened: OpenedMachine): OpenedMachine {
  const place = <T extends { readonly path: string }>(one: T): T => ({ ...one, path: `${directory}/${one.path}` });
  return { ...opened, captures: opened.captures.map(place), logs: opened.logs.map(place) };
}
