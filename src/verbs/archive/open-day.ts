import type { OpenedDay, OpenedMachine } from "../../core/archive/opened-day.ts";
import { UNPACK_LIMITS, type UnpackLimits } from "../../core/archive/sieve.ts";
import { orUndefined, readText } from "../../core/model/host.ts";
import { type DayOfMachine, type DaysAt, findDay } from "./day-source.ts";
import { openFiles } from "./open-files.ts";
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

/** What is remembered of a machine that was opened: the same again is not unpacked again. */
const OPENED_FILE = ".opened.json";
const OPENED_BYTES_MAX = 64 * 2 ** 20;

/**
 * Unpacks a day of the archive into DIRECTORY/MACHINE, for its owner only. Archives are taken for what a stranger made: what
 * does not belong there, is a link, or too large, is left out, and said; nothing is written elsewhere. What is not what its
 * manifest says is not opened. @throws Fault, HostError
 */
export async function openDay(parts: ArchiveParts, wish: OpenDayWish): Promise<OpenedDay> {
  const { day, directory, signal, limits = UNPACK_LIMITS } = wish;
  const found = await asFault("read the archive", findDay(parts, wish.at, { day, limits, signal }));
  const wanted = found.filter(({ machine }) => wish.machines?.includes(machine) ?? true);
  if (wanted.length > 0) await parts.host.makeDirectory(directory, 0o700);
  const machines: OpenedMachine[] = [];
  for (const one of wanted) {
    signal.throwIfAborted();
    machines.push(await asFault("read the archive", openMachine(parts, one, { ...wish, limits })));
  }
  return { day, directory, machines };
}

type Wish = OpenDayWish & { readonly limits: UnpackLimits };

async function openMachine(parts: ArchiveParts, day: DayOfMachine, wish: Wish): Promise<OpenedMachine> {
  const { host, depot } = parts;
  const directory = `${wish.directory}/${day.machine}`;
  const fingerprint = `${day.fingerprint} ${wish.identity === undefined ? "closed" : "read"}`;
  const before = await readOpened(parts, directory, fingerprint);
  if (before !== undefined) return before;

  const work = `${wish.directory}/.opening-${day.machine}`;
  await depot.remove(work);
  await host.makeDirectory(`${work}/.brought`, 0o700);
  const from = `${work}/.brought`;
  const opened = await openFiles(parts, day.machine, { ...wish, work, from, brought: await day.bring(from) });
  await depot.remove(from);
  await host.replaceFile(`${work}/${OPENED_FILE}`, JSON.stringify({ fingerprint, opened }), 0o600);
  await depot.remove(directory);
  await depot.move(work, directory);
  return placedIn(directory, opened);
}

/** Paths are kept without the directory, which may be moved. */
function placedIn(directory: string, opened: OpenedMachine): OpenedMachine {
  const place = <T extends { readonly path: string }>(one: T): T => ({ ...one, path: `${directory}/${one.path}` });
  return { ...opened, captures: opened.captures.map(place), logs: opened.logs.map(place) };
}

async function readOpened(
  { host }: ArchiveParts,
  directory: string,
  fingerprint: string,
): Promise<OpenedMachine | undefined> {
  const text = await orUndefined(
    readText(host, `${directory}/${OPENED_FILE}`, OPENED_BYTES_MAX),
    ...["ENOENT", "ENOTDIR", "EFBIG", "EISDIR"],
  );
  const before = text === undefined ? undefined : (JSON.parse(text) as { fingerprint: string; opened: OpenedMachine });
  return before?.fingerprint === fingerprint ? placedIn(directory, before.opened) : undefined;
}
