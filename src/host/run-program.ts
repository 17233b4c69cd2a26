import { HostError, NO_PROGRAM, type RunResult } from "../core/model/host.ts";

/** What a program may print before it is taken for broken. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

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
  const result = await execa(file, args, {
    env: programEnvironment(),
    cwd: options.cwd ?? "/",
    detached: true,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: OUTPUT_BYTES_MAX,
    timeout: options.timeoutMs ?? 60_000,
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
  });
  if (result.timedOut) throw new HostError("ETIMEDOUT", "run", file, { cause: result });
  if (result.exitCode !== undefined) return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  if (result.signal !== undefined) return { code: 128, stdout: result.stdout, stderr: `ended by ${result.signal}` };
  throw new HostError(result.code === "ENOENT" ? NO_PROGRAM : (result.code ?? "EIO"), "run", file, { cause: result });
}

/** The environment of every program that netlogctl starts: messages in English, sbin in the PATH, no relative place. */
export function programEnvironment(): { LC_ALL: string; PATH: string } {
  const places = (process.env["PATH"] ?? "/usr/bin:/bin").split(":").filter((place) => place.startsWith("/"));
  return { LC_ALL: "C", PATH: [...places, SBIN].join(":") };
}
