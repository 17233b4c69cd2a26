import * as z from "zod";
import { MachineName } from "./schema.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const FileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/);
export const Day = z.string().regex(/^\d{4}-\d\d-\d\d$/);

/** A capture within an archive: what its index says, and its hash. */
const Member = z.strictObject({
  name: FileName,
  bytes: z.int().min(0),
  sha256: Sha256,
  /** Of captures that have no index, nothing is known. */
  packets: z.int().min(0).optional(),
  lost: z.int().min(0).optional(),
  first: z.string().optional(),
  last: z.string().optional(),
  prefixes: z.record(z.string(), z.int().min(1)).optional(),
});
export type Member = z.infer<typeof Member>;

/** A file of the archive. */
export const ArchivedFile = z.strictObject({
  name: FileName,
  kind: z.enum(["captures", "kernel-log", "events"]),
  bytes: z.int().min(0),
  sha256: Sha256,
  isEncrypted: z.boolean(),
  /** Captures by their names; of others none. */
  members: z.array(Member),
  /** Packets, lines or events. */
  count: z.int().min(0),
  /** What the records of losses in it say was lost, at least. */
  lost: z.int().min(0),
  first: z.string().optional(),
  last: z.string().optional(),
  prefixes: z.record(z.string(), z.int().min(1)),
});
export type ArchivedFile = z.infer<typeof ArchivedFile>;

/** What the vault holds of a machine's day: `NetLogs/<machine>/YYYY-MM-DD/manifest.json`. */
export const Manifest = z.strictObject({
  version: z.literal(1),
  machine: MachineName,
  day: Day,
  /** When it was last written, in UTC. */
  written: z.string(),
  files: z.array(ArchivedFile),
  /** What is known not to be in it, in words: captures that the ring had deleted, a journal that begins later. */
  missing: z.array(z.string()),
});
export type Manifest = z.infer<typeof Manifest>;

/** The name of a manifest in the directory of its day. */
export const MANIFEST_FILE = "manifest.json";

/** A manifest as one line of ASCII, so that many can be told apart when they are read at once. */
export function encodeManifest(manifest: Manifest): string {
  const text = JSON.stringify(manifest);
  return `${text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

/** Reads a manifest; undefined if it is none, or one of another machine or day than its path says. */
export function parseManifest(text: string, machine: string, day: string): Manifest | undefined {
  const { success, data } = Manifest.safeParse(jsonIn(text));
  return success && data.machine === machine && data.day === day ? data : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
