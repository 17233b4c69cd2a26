import { parseCaptureName } from "../capture/file-name.ts";
import type { ArchivedFile, Manifest, Member } from "./manifest.ts";

/** The files of a manifest that are not there, or of another size. @param sizes of the files that are there, by DAY/NAME */
export function damagedIn(manifest: Manifest | undefined, sizes: ReadonlyMap<string, number>): string[] {
  if (manifest === undefined) return [];
  const { day, files } = manifest;
  return files.flatMap(({ name, bytes }) => (sizes.get(`${day}/${name}`) === bytes ? [] : [name]));
}

/** A manifest without what is damaged of it. */
export function soundPart(manifest: Manifest | undefined, damaged: readonly string[]): Manifest | undefined {
  if (manifest === undefined || damaged.length === 0) return manifest;
  return { ...manifest, files: manifest.files.filter(({ name }) => !damaged.includes(name)) };
}

/** Which damaged archives of captures need not be kept: all that was in them is in other files. The rest, in words. */
export function replacedOnes(
  manifest: Manifest | undefined,
  damaged: readonly string[],
  file: Pick<ArchivedFile, "members"> | undefined,
): { readonly instead: string[]; readonly failed: string[] } {
  const sound = soundPart(manifest, damaged)?.files ?? [];
  const members = [...sound, ...(file === undefined ? [] : [file])].flatMap((one) => one.members);
  const had = new Set(members.map(keyOf));
  const broken = (manifest?.files ?? []).filter(({ kind, name }) => kind === "captures" && damaged.includes(name));
  const lost = broken.map(({ name, members: of }) => ({ name, gone: of.filter((one) => !had.has(keyOf(one))) }));
  return {
    instead: lost.flatMap(({ name, gone }) => (gone.length === 0 ? [name] : [])),
    failed: lost.flatMap(({ name, gone }) => {
      const captures = gone.filter((one) => parseCaptureName(one.name) !== undefined).length;
      return gone.length === 0
        ? []
        : [`${name} is damaged in the vault, and ${captures} captures of it are not there any more`];
    }),
  };
}

function keyOf({ name, sha256 }: Member): string {
  return `${sha256} ${name}`;
}
