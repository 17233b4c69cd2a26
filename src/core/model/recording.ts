import type { Host, RunResult } from "./host.ts";

/** A program that was run, and its answer: what it left behind, or why it could not be run. */
export interface ProgramRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly answer: RunResult | { readonly refusal: string };
}

/** What was read of a machine, in one network namespace. All paths are the machine's. */
export interface Recording {
  /** The namespace that was asked for. */
  readonly netns: string | undefined;
  readonly files: Map<string, Buffer>;
  readonly links: Map<string, string>;
  /** Directories that were listed. */
  readonly directories: Set<string>;
  readonly inodes: Map<string, number>;
  /** Why a path could not be read: the kernel's error name. What is not there is not in it. */
  readonly refusals: Map<string, string>;
  readonly programs: ProgramRun[];
  /** Other namespaces, by the path that leads there. */
  readonly namespaces: Map<string, Recording>;
}

/** A file of a recorded machine: its path in the directory, and what is in it; undefined for an empty directory. */
export interface RecordedEntry {
  readonly path: string;
  readonly bytes: Buffer | undefined;
}

/** Remembers what is read of a machine, and writes it to a directory. */
export interface Recorder {
  /** The machine: whatever is read through it is remembered. */
  readonly host: Host;
  readonly recording: Recording;
  /** Writes the whole directory, or nothing. */
  write(entries: readonly RecordedEntry[]): Promise<void>;
}

/** What is in no file of the machine, as it stands in recorded.json. */
export interface Manifest {
  readonly netlogctl: typeof MANIFEST_FORMAT;
  readonly netns: string | null;
  readonly refusals: Readonly<Record<string, string>>;
  readonly inodes: Readonly<Record<string, number>>;
}

export const MANIFEST_FORMAT = "recorded 1";
export const MANIFEST_FILE = "recorded.json";

/** Where a recorded machine keeps the answers of programs, and other namespaces. */
export const PROGRAMS_DIRECTORY = "programs";
export const NAMESPACES_DIRECTORY = "namespaces";

/** The most that a name of a directory may hold is 255 bytes: what is longer ends with a digest. */
const NAME_MAX = 200;

/** The name of the directory that holds a program's answer: the command line, with what no file name may hold as %XX. */
export function programName(file: string, args: readonly string[], digest: (text: string) => string): string {
  const name = [file, ...args].map(escapeWord).join(" ");
  return name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX - 64)}~${digest(name)}`;
}

/** No word comes out empty, begins with a dot, or holds a blank, a slash or a tilde. */
function escapeWord(word: string): string {
  if (word === "") return "%";
  return word.replace(/^\.|[^A-Za-z0-9_.,:=+-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join(""),
  );
}
