import { isatty } from "node:tty";
import { type Command, Plugin, run } from "@oclif/core";
import { report, reportOutput } from "./cli/report.ts";

/** The commands by their ids ("rules:apply"), each loaded when it is run. */
type Commands = Readonly<Record<string, () => Promise<{ readonly default: Command.Class }>>>;

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
    const [first, ...rest] = words;
    const plugin = new Bundled(root, commands);
    await plugin.load();
    // What runs as root loads no code from anybody's home: no other plugins are looked for.
    await run(first === "help" ? [...rest, "--help"] : [...words], { root, plugins: new Map([[plugin.name, plugin]]) });
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

/** oclif's own plugin looks for a command in the file system. */
class Bundled extends Plugin {
  readonly #commands: Commands;

  constructor(root: string, commands: Commands) {
    super({ root, isRoot: true, type: "core" });
    this.#commands = commands;
  }

  override findCommand(id: string, options: { must: true }): Promise<Command.Class>;
  override findCommand(id: string, options?: { must: boolean }): Promise<Command.Class | undefined>;
  override async findCommand(id: string): Promise<Command.Class | undefined> {
    const found = (await this.#commands[id]?.())?.default;
    if (found === undefined) return undefined;
    found.id = id;
    found.plugin = this;
    return found;
  }
}
