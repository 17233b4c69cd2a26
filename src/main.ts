import { isatty } from "node:tty";
import { report, reportOutput } from "./cli/report.ts";
import { type Commands, runCommand } from "./cli/run-command.ts";
import { Fault } from "./core/model/fault.ts";
import { openFilesMax } from "./host/open-files-max.ts";

/** Runs the command that the words name and sets the exit code; `root` is where package.json is. */
export async function main(root: string, words: readonly string[], commands: Commands): Promise<void> {
  // Whoever closes the pipe early has read enough; an answer that cannot be written is a fault. oclif's own listener throws.
  process.stdout.removeAllListeners("error");
  process.stdout.on("error", (error) => {
    process.exitCode = reportOutput(error);
  });
  process.stderr.on("error", () => {});
  process.on("SIGUSR1", () => {}); // Node would open its debugger, by which any local user could have it do what they want
  endQuietlyWithTerminal();

  try {
    refuseFewFiles();
    await runCommand(root, words, commands);
  } catch (error) {
    process.exitCode = report(error, words.includes("--json"));
  }
}

/** Node itself takes some twenty, and programs that are started their pipes. */
const FILES_MIN = 64;

/** Before anything is begun that could not be ended. @throws Fault */
function refuseFewFiles(): void {
  const most = openFilesMax();
  if (most >= FILES_MIN) return;
  throw new Fault("refused", `it may have ${most} files open, and needs ${FILES_MIN}`, "allow more: ulimit -n 1024");
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
