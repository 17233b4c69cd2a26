import { isAscii } from "node:buffer";
import type { ChildProcess } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, readSync, statfsSync } from "node:fs";
import { HostError, NO_PROGRAM, type RunResult } from "../core/model/host.ts";
import { touch } from "./host-errors.ts";
import { type Limits, limitTime } from "./time-limit.ts";
import { trustedDirectory } from "./trust.ts";

/** What a program may print before it is taken for broken. */
export const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

/** How long each program may take that answers and ends. */
export const LIMITS: Limits = { timeoutMs: 60_000, patienceMs: 5000 };

/** A file without a name (open(2)), which Node has no word for. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** Where there is less room in memory, or none any more, what a program prints could be cut off, and be taken for all of it. */
const MEMORY = "/dev/shm";
const ROOM_BYTES_MIN = 1024 * 1024;

/** Programs of a system administrator stand in sbin, which is not in everybody's PATH. */
const SBIN = "/usr/local/sbin:/usr/sbin:/sbin";

/**
 * Runs a program with these arguments and waits for its end. It has a session of its own, so that a Ctrl-C at the
 * terminal ends netlogctl in order and not its children in the middle of a change. It starts at the root, so that it holds
 * no directory. The signal ends it.
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  signal?: AbortSignal,
  limits: Limits = LIMITS,
): Promise<RunResult> {
  const { spawn } = await import("node:child_process"); // slow to load: only where a program is run
  const output = openOutput();
  try {
    const child = touch("run", file, () =>
      spawn(file, args, {
        env: programEnvironment(),
        cwd: "/",
        detached: true,
        stdio: ["ignore", output ?? "pipe", "pipe"],
      }),
    );
    const [end, stdout, stderr] = await Promise.all([
      endOf(child, limits, signal),
      textOf(child.stdout, file),
      textOf(child.stderr, file),
    ]);
    if (output !== undefined && roomIn(MEMORY) === 0) throw new HostError("ENOSPC", "run", MEMORY);
    return endedAs(end, file, { stdout: output === undefined ? stdout : readOutput(output, file), stderr });
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

/** How a program ended: with a code or by a signal, not at all in its time, or it was not started. */
export interface End {
  readonly timedOut: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
}

/** What a program that ended so answered; a HostError if it did not answer. */
export function endedAs(end: End, file: string, said: Pick<RunResult, "stdout" | "stderr">): RunResult {
  if (end.timedOut) throw new HostError("ETIMEDOUT", "run", file, { cause: end });
  if (end.exitCode !== undefined) return { code: end.exitCode, ...said };
  if (end.signal !== undefined) return { ...said, code: 128, stderr: `ended by ${end.signal}` };
  throw new HostError(end.code === "ENOENT" ? NO_PROGRAM : (end.code ?? "EIO"), "run", file, { cause: end });
}

/** A program that the signal ends has not answered, whatever its end. */
function endOf(child: ChildProcess, limits: Limits, signal: AbortSignal | undefined): Promise<End> {
  return new Promise<End>((resolve) => {
    const limit = limitTime(child, limits, () => resolve({ timedOut: true }));
    signal?.addEventListener("abort", limit.end, { once: true });
    if (signal?.aborted) limit.end();
    child.once("error", ({ code }: NodeJS.ErrnoException) => resolve({ timedOut: false, code }));
    child.once("close", (code, ended) => {
      signal?.removeEventListener("abort", limit.end);
      if (signal?.aborted) resolve({ timedOut: false, code: "ABORT_ERR" });
      else resolve({ timedOut: limit.hasTimedOut(), exitCode: code ?? undefined, signal: ended ?? undefined });
    });
  });
}

/** What comes out of a pipe, to its end: only then does the program end. */
async function textOf(pipe: AsyncIterable<Buffer> | null, program: string): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of untilCut(pipe)) {
    total += chunk.length;
    if (total <= OUTPUT_BYTES_MAX) chunks.push(chunk);
  }
  if (total > OUTPUT_BYTES_MAX) throw new HostError("EFBIG", "run", program);
  return Buffer.concat(chunks).toString();
}

/** The bytes of a pipe, until nobody waits for it any more. */
async function* untilCut(pipe: AsyncIterable<Buffer> | null): AsyncGenerator<Buffer> {
  try {
    yield* pipe ?? [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}

/** A file in memory for what a program prints: nft writes in small pieces, which a pipe hands over one by one. */
function openOutput(): number | undefined {
  try {
    if (roomIn(MEMORY) < ROOM_BYTES_MIN) return undefined;
    return openSync(MEMORY, O_TMPFILE | constants.O_RDWR, 0o600);
  } catch {
    return undefined; // a pipe does as well
  }
}

/** A file system without bounds says that it has no blocks. */
function roomIn(place: string): number {
  const { blocks, bavail, bsize } = statfsSync(place);
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
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
  const [{ spawn }, { createInterface }] = await Promise.all([import("node:child_process"), import("node:readline")]);
  const child = touch("run", file, () =>
    spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], cwd: "/", env: programEnvironment() }),
  );
  const end = (): void => endSoon(child);
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

/** It is asked to end, and then ended. */
function endSoon(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null || !child.kill()) return;
  const force = setTimeout(() => void child.kill("SIGKILL"), LIMITS.patienceMs);
  child.once("exit", () => clearTimeout(force));
}

/** Starts a program in a session of its own that holds no file and no directory of ours, and does not wait for it. */
export async function startProgram(file: string, args: readonly string[]): Promise<void> {
  const { spawn } = await import("node:child_process");
  const child = touch("run", file, () =>
    spawn(file, args, { detached: true, stdio: "ignore", cwd: "/", env: programEnvironment() }),
  );
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause: NodeJS.ErrnoException) =>
      reject(new HostError(cause.code === "ENOENT" ? NO_PROGRAM : (cause.code ?? "EIO"), "run", file, { cause })),
    );
  });
  child.unref();
}

/**
 * The environment of every program that netlogctl starts: messages in English, sbin in the PATH, no relative place. As root no
 * place in which others could put a program of theirs, either.
 */
export function programEnvironment(): { LC_ALL: string; PATH: string } {
  const given = process.env["PATH"] ?? "/usr/bin:/bin";
  if (given !== known.given) {
    const named = given.split(":").filter((place) => place.startsWith("/"));
    const places = named.flatMap((place) => trustedDirectory(place) ?? []);
    known = { given, path: [...places, SBIN].join(":") };
  }
  return { LC_ALL: "C", PATH: known.path };
}

/** What PATH was looked through last. */
let known: { readonly given: string | undefined; readonly path: string } = { given: undefined, path: "" };
