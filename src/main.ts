import { isatty } from "node:tty";
import { report, reportOutput } from "./cli/report.ts";
import { type Commands, runCommand } from "./cli/run-command.ts";

/** Runs the command that the words name and sets the exit code; `root` is where package.json is. */
export async function main(root: string, words: readonly string[], commands: Commands): Promise<void> {
  // Whoever closes the pipe early has read enough; an answer that cannot be written is a fault. oclif's own listener throws.
  process.stdout.removeAllListeners("error");
  process.stdout.on("error", (error) => {
    process.exitCode = reportOutput(error);
  });
  process.stderr.on("error", () => {});
  endQuietlyWithTerminal();

  try {
    await runCommand(root, words, commands);
  } catch (error) {
    process.exitCode = report(error, words.includes("--json"));
  }
}

/**
 * Node wants to put its terminals back in order when it ends, and aborts where one is gone (node.cc, ResetStdio): then the
 * end is that of the signal which told of it.
 */
function endQuietlyWithTerminal(): void {
  const terminals = [0, 1, 2].filter((file) => isatty(file));
  if (terminals.length === 0) return;
  process.once("exit", () => {
    if (terminals.every((file) => isatty(file))) return;
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  });
}
