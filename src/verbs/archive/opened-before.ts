import type { OpenedMachine } from "../../core/archive/opened-day.ts";
import { OPENED_FILE, parseOpened } from "../../core/archive/opened-file.ts";
import { Fault } from "../../core/model/fault.ts";
import { orUndefined, readText } from "../../core/model/host.ts";
import type { ArchiveParts } from "./parts.ts";

const OPENED_BYTES_MAX = 64 * 2 ** 20;

/** Refuses what stands where a machine is to be unpacked, unless it is what was opened before. @throws Fault */
export async function refuseOther({ depot }: ArchiveParts, directory: string): Promise<void> {
  const there = await depot.standing(directory);
  if (there === undefined) return;
  const record = there.kind === "directory" ? await depot.standing(`${directory}/${OPENED_FILE}`) : undefined;
  if (record?.kind === "file") return;
  const remedy = "unpack into another directory with --to, or move it away";
  throw new Fault("refused", `${directory} stands there, and is no day that was opened before`, remedy);
}

/** What was opened before of the same, with paths within the directory; only what nobody else can have written is believed. */
export async function readOpened(
  { host, depot }: ArchiveParts,
  directory: string,
  { machine, fingerprint }: { readonly machine: string; readonly fingerprint: string },
): Promise<OpenedMachine | undefined> {
  const path = `${directory}/${OPENED_FILE}`;
  for (const one of [directory, path]) {
    if (!(await depot.standing(one))?.isOurs) return undefined;
  }
  const text = await orUndefined(readText(host, path, OPENED_BYTES_MAX), "EFBIG");
  return text === undefined ? undefined : parseOpened(text, machine, fingerprint);
}
