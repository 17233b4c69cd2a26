import { isAscii } from "node:buffer";
import { spawn } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { createInterface } from "node:readline";
import { HostError, NO_PROGRAM, type RunResult } from "../core/model/host.ts";

/** What a program may print before it is taken for broken. */
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

/** A file without a name (open(2)), which Node has no word for. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** Programs of a system administrator stand in sbin, which is not in everybody's PATH. */
const SBIN = "/usr/local/sbin:/usr/sbin:/sbin";

export interface RunOptions {
  readonly input?: string | undefined;
  /** Where it is started; the root unless said, so that it holds no directory. */
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

/**
 * Runs a program with these arguments and waits for its end. It has a session of its own, so that a Ctrl-C at the
 * terminal ends netlogctl in order and not its children in the middle of a change.
 */
export async function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { execa } = await import("execa"); // takes as long to load as the rest: only where a program is run
  const output = openOutput();
  try {
    const result = await execa(file, args, {
      env: programEnvironment(),
      cwd: options.cwd ?? "/",
      detached: true,
      reject: false,
      stripFinalNewline: false,
      maxBuffer: OUTPUT_BYTES_MAX,
      timeout: options.timeoutMs ?? 60_000,
      stdout: (output ?? "pipe") as "pipe",
      ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    });
    return ended(result, output === undefined ? result.stdout : readOutput(output, file), file);
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

/** What execa says of a program's end. */
interface End {
  readonly timedOut: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly stderr: string;
}

function ended(end: End, stdout: string, file: string): RunResult {
  if (end.timedOut) throw new HostError("ETIMEDOUT", "run", file, { cause: end });
  if (end.exitCode !== undefined) return { code: end.exitCode, stdout, stderr: end.stderr };
  if (end.signal !== undefined) return { code: 128, stdout, stderr: `ended by ${end.signal}` };
  throw new HostError(end.code === "ENOENT" ? NO_PROGRAM : (end.code ?? "EIO"), "run", file, { cause: end });
}

/** A file in memory for what a program prints: nft writes in small pieces, which a pipe hands over one by one. */
function openOutput(): number | undefined {
  try {
    return openSync("/dev/shm", O_TMPFILE | constants.O_RDWR, 0o600);
  } catch {
    return undefined; // a pipe does as well
  }
}

function readOutput(output: number, program: string): string {
  const { size } = fstatSync(output);
  if (size > OUTPUT_BYTES_MAX) throw new HostError("EFBIG", "run", program);
  const bytes = Buffer.allocUnsafe(size);
  let count = 0;
  while (count < size) {
    const more = readSync(output, bytes, count, size - count, count);
    if (more === 0) break;
    count += more;
  }
  const printed = bytes.subarray(0, count);
  // What nft prints is ASCII, as a rule: that is taken as it is.
  return printed.toString(isAscii(printed) ? "latin1" : "utf8");
}

/** The lines of a program's standard output as they come; an end with another code than 0, unless we ended it, is a HostError. */
export async function* readLines(file: string, args: readonly string[], signal: AbortSignal): AsyncGenerator<string> {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], cwd: "/", env: programEnvironment() });
  const end = (): void => void child.kill();
  signal.addEventListener("abort", end, { once: true });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const ended = new Promise<number | string | null>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "EIO"));
    child.once("close", (code) => resolve(code));
  });
  try {
    yield* createInterface({ input: child.stdout });
    const code = await ended;
    if (signal.aborted || code === 0) return;
    throw new HostError(code === "ENOENT" ? NO_PROGRAM : "EIO", "run", file, { cause: new Error(said.trim()) });
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

/** Starts a program in a session of its own that holds no file and no directory of ours, and does not wait for it. */
export async function startProgram(file: string, args: readonly string[]): Promise<void> {
  const child = spawn(file, args, { detached: true, stdio: "ignore", cwd: "/", env: programEnvironment() });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause: NodeJS.ErrnoException) =>
      reject(new HostError(cause.code === "ENOENT" ? NO_PROGRAM : (cause.code ?? "EIO"), "run", file, { cause })),
    );
  });
  child.unref();
}

/** The environment of every program that netlogctl starts: messages in English, sbin in the PATH, no relative place. */
export function programEnvironment(): { LC_ALL: string; PATH: string } {
  const places = (process.env["PATH"] ?? "/usr/bin:/bin").split(":").filter((place) => place.startsWith("/"));
  return { LC_ALL: "C", PATH: [...places, SBIN].join(":") };
}
