import { execa } from "execa";
import type { RunResult } from "../core/model/host.ts";
import { endedAs, OUTPUT_BYTES_MAX, programEnvironment, TIMEOUT_MS } from "./run-program.ts";

export interface RunOptions {
  /** What it reads from its standard input; nothing unless said. */
  readonly input?: string | undefined;
  /** Where it is started; the root unless said. */
  readonly cwd?: string;
}

/** Runs a program as runProgram does, and hands it bytes or starts it where the user is. */
export async function runWithInput(
  file: string,
  args: readonly string[],
  { input, cwd = "/" }: RunOptions,
): Promise<RunResult> {
  const result = await execa(file, args, {
    env: programEnvironment(),
    cwd,
    detached: true,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: OUTPUT_BYTES_MAX,
    timeout: TIMEOUT_MS,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
  return endedAs(result, file, { stdout: result.stdout, stderr: result.stderr });
}
