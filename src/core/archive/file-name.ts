import type { ArchivedFile } from "./manifest.ts";
import type { ArchiveFormat } from "./schema.ts";

type Kind = ArchivedFile["kind"];

/** What a file of the archive is called, by its day: `pcaps-2025-08-31.tgz`, what came later `pcaps-2025-08-31.2.tgz`. */
export interface ArchiveName {
  readonly kind: Kind;
  readonly day: string;
  readonly part: number;
  /** What it is wrapped up in, from the outside. */
  readonly wrappings: readonly ("age" | "gzip" | "zstd")[];
}

interface NameWish extends Pick<ArchiveName, "kind" | "day" | "part"> {
  readonly format: ArchiveFormat;
  readonly isEncrypted: boolean;
}

const HEADS: Readonly<Record<string, Kind>> = { pcaps: "captures", nft: "kernel-log", events: "events" };
const NAME =
  /^(pcaps|nft|events)-(\d{4}-\d\d-\d\d)(?:\.([2-9]|[1-9]\d{1,3}))?\.(tgz|tar\.gz|tar\.zst|log\.gz|ndjson\.gz)(\.age)?$/;

/** Logs are gzip whatever the format of captures is: what reads them elsewhere knows no other. */
export function archiveFileName({ kind, day, part, format, isEncrypted }: NameWish): string {
  const head = { captures: "pcaps", "kernel-log": "nft", events: "events" }[kind];
  const end = { captures: format, "kernel-log": "log.gz", events: "ndjson.gz" }[kind];
  return `${head}-${day}${part === 1 ? "" : `.${part}`}.${end}${isEncrypted ? ".age" : ""}`;
}

/** What such a name says; undefined for any other file. */
export function parseArchiveName(name: string): ArchiveName | undefined {
  const [, head = "", day = "", part, end = "", age] = NAME.exec(name) ?? [];
  const kind = HEADS[head];
  if (kind === undefined || isTar(end) !== (kind === "captures")) return undefined;
  const wrapping = end === "tar.zst" ? "zstd" : "gzip";
  return { kind, day, part: Number(part ?? 1), wrappings: age === undefined ? [wrapping] : ["age", wrapping] };
}

function isTar(end: string): boolean {
  return end === "tgz" || end.startsWith("tar.");
}

/** What a log is called once it is unpacked. */
export function unpackedName({ kind, day, part }: ArchiveName): string {
  const end = kind === "events" ? "ndjson" : "log";
  return `${kind === "events" ? "events" : "nft"}-${day}${part === 1 ? "" : `.${part}`}.${end}`;
}
