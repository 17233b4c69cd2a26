import { fileURLToPath } from "node:url";
import { execa } from "execa";

/** The checkout, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the built command line in the checkout, without a terminal. */
export async function runCli(
  args: readonly string[],
  options: { input?: string | Uint8Array; env?: Record<string, string> } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const result = await execa(process.execPath, [`${ROOT}dist/bin/netlogctl.cjs`, ...args], {
    cwd: ROOT,
    reject: false,
    stripFinalNewline: false,
    env: options.env ?? {},
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
  });
  return { code: result.exitCode ?? 128, stdout: result.stdout, stderr: result.stderr };
}
