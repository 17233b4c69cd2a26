import { archiveFileName, parseArchiveName } from "../../core/archive/file-name.ts";
import { ArchivedFile } from "../../core/archive/manifest.ts";
import { orUndefined, readText } from "../../core/model/host.ts";
import { dayPath } from "./parts.ts";
import type { DayPull } from "./pull-context.ts";
import { isTaken, putFile } from "./put-file.ts";

type Kind = ArchivedFile["kind"];
/** A file that is packed; what it is called is found out when it is put into the vault. */
export type PackedFile = Omit<ArchivedFile, "name">;

/** So many files of a day are looked for a free name. */
const PARTS_MAX = 200;
const RECORD_BYTES_MAX = 16 * 2 ** 20;

/** Where a kind of file is packed to. */
export function packedPath({ directory }: DayPull, kind: Kind): string {
  return `${directory}/${kind}`;
}

/** What an earlier run had packed and not brought to its end, as it is, so that the vault does not get it twice. */
export async function packedBefore(pull: DayPull, kind: Kind): Promise<PackedFile | undefined> {
  const { host, depot } = pull.parts;
  const path = packedPath(pull, kind);
  const text = await orUndefined(readText(host, `${path}.json`, RECORD_BYTES_MAX), "ENOENT", "ENOTDIR", "EFBIG");
  if (text === undefined || (await depot.bytesOf(path)) === undefined) return undefined;
  const { data } = ArchivedFile.omit({ name: true }).safeParse(jsonIn(text));
  if (data === undefined || data.isEncrypted !== (pull.settings.age !== undefined)) return undefined;
  return (await depot.hash(path)).sha256 === data.sha256 ? data : undefined;
}

/** A record that was cut off is none. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Remembers what is packed. */
export async function rememberPacked(pull: DayPull, file: PackedFile): Promise<void> {
  await pull.parts.host.replaceFile(`${packedPath(pull, file.kind)}.json`, JSON.stringify(file), 0o600);
}

/** Forgets it, once the manifest names it. */
export async function forgetPacked(pull: DayPull, kind: Kind): Promise<void> {
  for (const end of [".json", "", ".plain", ".part"]) await pull.parts.depot.remove(`${packedPath(pull, kind)}${end}`);
}

/** Puts a packed file into the vault, by the next name that nothing has. @throws PlaceError */
export async function keepFile(pull: DayPull, file: PackedFile): Promise<ArchivedFile> {
  const { vault, machine, day, settings, signal, parts } = pull;
  const taken = (pull.manifest?.files ?? []).flatMap(({ name }) => parseArchiveName(name) ?? []);
  const first = taken.filter(({ kind }) => kind === file.kind).reduce((most, { part }) => Math.max(most, part), 0) + 1;
  for (let part = first; ; part += 1) {
    const { kind, isEncrypted, bytes, sha256 } = file;
    const name = archiveFileName({ kind, day, part, format: settings.format, isEncrypted });
    const target = { place: vault.place, directory: dayPath(vault, machine, day), name };
    try {
      const hashed = { bytes, sha256 };
      await putFile(parts.depot, { ...target, path: packedPath(pull, kind), hashed, mode: "new", signal });
      return { name, ...file };
    } catch (error) {
      if (!isTaken(error) || part - first >= PARTS_MAX) throw error;
    }
  }
}
