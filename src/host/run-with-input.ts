import { execa } from "execa";
import type { RunResult } from "../core/model/host.ts";
import { endedAs, LIMITS, OUTPUT_BYTES_MAX, programEnvironment } from "./run-program.ts";
import { type Limits, limitTime } from "./time-limit.ts";

export interface RunOptions {
  /** What it reads from its standard input; nothing unless said. */
  readonly input?: string | undefined;
  /** Where it is started; the root unless said. */
  readonly cwd?: string;
  readonly limits?: Limits;
}

/** Runs a program as runProgram does, and hands it bytes or starts it where the user is. */
export async function runWithInput(
  file: string,
  args: readonly string[],
  { input, cwd = "/", limits = LIMITS }: RunOptions,
): Promise<RunResult> {
  let hasTimedOut = (): boolean => false;
  const running = execa(file, args, {
    // Git runs what a repository's own configuration names for fetching (git(1)): nothing is fetched here.
    env: { ...programEnvironment(), GIT_ALLOW_PROTOCOL: "none", GIT_NO_LAZY_FETCH: "1" },
    cwd,
    detached: true,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: OUTPUT_BYTES_MAX,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
  const cut = new Promise<undefined>((resolve) => {
    const limit = limitTime(running, limits, () => resolve(undefined));
    hasTimedOut = limit.hasTimedOut;
  });
  const result = await Promise.race([running, cut]);
  const { stdout = "", stderr = "" } = result ?? {};
  return endedAs({ ...result, timedOut: hasTimedOut() }, file, { stdout, stderr });
}
