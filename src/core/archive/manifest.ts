import * as z from "zod";
import { isDay } from "./days.ts";
import { MachineName } from "./schema.ts";

const SHA256 = /^[0-9a-f]{64}$/;
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const Sha256 = z.string().regex(SHA256);
const FileName = z.string().regex(FILE_NAME);
export const Day = z.string().refine(isDay, "must be a day: YYYY-MM-DD");

/** A capture within an archive, or its index: its hash, and what the index says. */
export interface Member {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Of captures that have no index, nothing is known. */
  readonly packets?: number | undefined;
  readonly lost?: number | undefined;
  readonly first?: string | undefined;
  readonly last?: string | undefined;
  readonly prefixes?: Readonly<Record<string, number>> | undefined;
}

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === "string";
const isCounts: Check = (value) =>
  isPlain(value) && Object.values(value).every((count) => isCount(count) && count !== 0);

const MEMBER: Readonly<Record<keyof Member, Check>> = {
  name: (value) => isText(value) && FILE_NAME.test(value as string),
  bytes: isCount,
  sha256: (value) => isText(value) && SHA256.test(value as string),
  packets: isCount,
  lost: isCount,
  first: isText,
  last: isText,
  prefixes: isCounts,
};
const NEEDED: readonly (keyof Member)[] = ["name", "bytes", "sha256"];

/** Ten thousands of them are read at once: they are looked at as they are, where a schema of each would copy it. */
const Member = z.custom<Member>((value) => {
  if (!isPlain(value) || !NEEDED.every((key) => Object.hasOwn(value, key))) return false;
  return Object.entries(value).every(([key, of]) => Object.hasOwn(MEMBER, key) && MEMBER[key as keyof Member](of));
}, "must be a member of an archive");

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

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
