/** What a program that was run left behind. */
export interface RunResult {
  /** The exit code; 128 + the signal's number if a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A lock that is held until released; the kernel releases it when the process dies. */
export interface Lock {
  release(): Promise<void>;
}

export interface LockOptions {
  /** Give up after this long; 0 tries once. */
  readonly timeoutMs: number;
  /** Called once if the lock is still held by somebody else after a second. */
  readonly onWait?: () => void;
  /** Gives up when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * The one way by which a machine is touched. Paths are the machine's; those that differ by network namespace
 * (`/proc/net`, `/proc/sys/net`, `/proc/self/ns/net`) mean the namespace that the host stands for.
 * Whatever cannot be touched is a HostError.
 */
export interface Host {
  /** How messages call it: "this machine", "namespace blue", "recorded machine DIR". */
  readonly label: string;
  /** The network namespace that was asked for: a name in /run/netns, or a path. */
  readonly netns: string | undefined;
  /** A file's bytes; one of more than `bytesMax` (1 MiB unless said) is an EFBIG. */
  read(path: string, bytesMax?: number): Promise<Buffer>;
  /**
   * A file of the user's, which stands where netlogctl runs whatever machine the host is; "-" is standard input. One that is
   * obeyed is refused where others may change it than root and who runs this: UntrustedError.
   */
  readInput(path: string, bytesMax: number, isObeyed?: boolean): Promise<Buffer>;
  /** The same piece by piece, whatever its size; it ends with the signal. */
  openInput(path: string, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Writes a file of the user's, which takes its place when it is whole; "-" is standard output, as the bytes come. */
  writeOutput(path: string, chunks: AsyncIterable<Buffer>): Promise<void>;
  readLink(path: string): Promise<string>;
  /** The names in a directory, sorted. */
  list(path: string): Promise<string[]>;
  /** The inode number of what the path leads to. */
  inode(path: string): Promise<number>;
  /** Hands a file of the kernel its value in one write. */
  writeKernel(path: string, value: string): Promise<void>;
  /** Replaces a file whole: a reader, also one after a power cut, sees the old text or the new one. */
  replaceFile(path: string, text: string, mode: number): Promise<void>;
  /** Writes a file that a program is handed and that nobody needs after a power cut, readable by its owner only. */
  writeScratch(path: string, text: string): Promise<void>;
  /** Removes a file; one that is not there is no error. */
  removeFile(path: string): Promise<void>;
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Runs a program with these arguments, in the namespace; the signal ends it. */
  run(file: string, args: readonly string[], signal?: AbortSignal): Promise<RunResult>;
  /** The lines that a program writes in the namespace, as they come; it ends with the signal. */
  openLines(file: string, args: readonly string[], signal: AbortSignal): AsyncIterable<string>;
  /** Starts a program in the namespace that lives on by itself: no session, no terminal, no parent ends it. */
  startDetached(file: string, args: readonly string[]): Promise<void>;
  /** Runs a program where netlogctl itself was started, whatever machine the host is, with this text as its input. */
  runHere(file: string, args: readonly string[], input?: string): Promise<RunResult>;
  /** Takes the lock of this file; EAGAIN when the time is over. */
  lock(path: string, options: LockOptions): Promise<Lock>;
  /** The number of the ruleset's generation, which every transaction of nf_tables raises; undefined where none is told. */
  rulesetGeneration(): Promise<number | undefined>;
  /** The host for the network namespace that this path leads to, such as /proc/1/ns/net. */
  inNamespace(path: string): Host;
}

/** The code of a HostError for a network namespace that cannot be entered: it is not the path in it that is at fault. */
export const NOT_ENTERED = "ENTER";

/** The code of a HostError for a program that is not installed. */
export const NO_PROGRAM = "NO-PROGRAM";

/** The code of a HostError for what a recorded machine was not asked when it was recorded. */
export const NOT_RECORDED = "NOT-RECORDED";

/** The machine said no: the kernel's error name ("ENOENT"), what was being done, and to which path. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: string;
  readonly path: string;

  constructor(code: string, act: string, path: string, options?: ErrorOptions) {
    super(`${act} ${path}: ${code}`, options);
    this.code = code;
    this.path = path;
  }
}

/** A file that is obeyed could be changed by somebody who is not to decide: which place is at fault, why, and the command against it. */
export class UntrustedError extends HostError {
  readonly place: string;
  readonly why: string;
  readonly remedy: string;

  constructor(path: string, { place, why, remedy }: { place: string; why: string; remedy: string }) {
    super("UNTRUSTED", "trust", path);
    this.place = place;
    this.why = why;
    this.remedy = remedy;
  }
}

/** The most that is read of a file that ought to be small. */
export const FILE_BYTES_MAX = 1024 * 1024;

/** A file's text; bytes that are not UTF-8 become U+FFFD. */
export async function readText(host: Host, path: string, bytesMax?: number): Promise<string> {
  const bytes = await host.read(path, bytesMax);
  return bytes.toString("utf8");
}

/** What `read` gives, or undefined if the machine answers with one of these error names. */
export async function orUndefined<T>(read: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof HostError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/** Where replaceFile prepares a file's text: one name for each, so that what a killed run left there the next one replaces. */
export function temporaryOf(path: string): string {
  const name = path.lastIndexOf("/") + 1;
  return `${path.slice(0, name)}.${path.slice(name)}.new`;
}
