import { type ArchivedFile, encodeManifest, type Manifest, type Member } from "./manifest.ts";

/** The manifest of a day of ten thousand captures: no larger one is read. */
export const MANIFEST_BYTES_MAX = 16 * 2 ** 20;

/** So many prefixes are told of a capture or a file. */
const PREFIXES_MAX = 1000;

type Counts = Readonly<Record<string, number>>;

/** The most frequent ones. */
export function mostFrequent(prefixes: Counts, most = PREFIXES_MAX): Counts {
  const all = Object.entries(prefixes);
  if (all.length <= most) return prefixes;
  return Object.fromEntries(all.toSorted(([, one], [, other]) => other - one).slice(0, most));
}

/**
 * A manifest as it can be read again: of one that is too large only the most frequent prefixes are kept. Undefined if it is too
 * large without them.
 */
export function fittingManifest(manifest: Manifest, bytesMax = MANIFEST_BYTES_MAX): Manifest | undefined {
  if (sizeOf(manifest) < bytesMax) return manifest;
  for (const most of [PREFIXES_MAX, 100, 10, 0]) {
    const slim = withPrefixes(manifest, most);
    if (sizeOf(slim) < bytesMax) return slim;
  }
  return undefined;
}

/** It is ASCII; what reads it has its path before it. */
function sizeOf(manifest: Manifest): number {
  return encodeManifest(manifest).length + 512;
}

function withPrefixes(manifest: Manifest, most: number): Manifest {
  const slim = <T extends Member | ArchivedFile>(one: T): T =>
    one.prefixes === undefined ? one : { ...one, prefixes: mostFrequent(one.prefixes, most) };
  return { ...manifest, files: manifest.files.map((file) => ({ ...slim(file), members: file.members.map(slim) })) };
}
