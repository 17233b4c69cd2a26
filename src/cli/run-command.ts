import type { Command, Config } from "@oclif/core";
import { VERSION } from "../version.ts";
import type { NetlogCommand } from "./netlog-command.ts";

/** The commands by their ids ("rules:apply"), each loaded when it is run. */
export type Commands = Readonly<Record<string, () => Promise<{ readonly default: Command.Class }>>>;

/**
 * Runs the command that the words name. oclif reads all that it knows of every command before it runs one: it is asked only
 * where the words want help, or are no command, and what it would have found is run without it.
 */
export async function runCommand(root: string, words: readonly string[], commands: Commands): Promise<void> {
  const count = wantsHelp(words) ? 0 : wordsOfCommand(words, commands);
  const id = words.slice(0, count).join(":");
  const rest = words.slice(count);
  const found = await commands[id]?.();
  if (found === undefined || isNoArgument(found.default, rest[0])) {
    const { runWithOclif } = await import("./with-oclif.ts");
    return await runWithOclif(root, words, commands);
  }
  found.default.id = id;
  const command = new (found.default as unknown as RunnableClass)(rest, configOf(root));
  await command.start();
}

type RunnableClass = new (words: string[], config: Config) => NetlogCommand;

/** As oclif has it: anywhere before a lone --. */
function wantsHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const before = end === -1 ? words : words.slice(0, end);
  return words[0] === "help" || before.includes("--help") || before.includes("-h");
}

/** How many of the first words are the longest that name a command. */
function wordsOfCommand(words: readonly string[], commands: Commands): number {
  for (let count = Math.min(words.length, WORDS_MAX); count > 0; count -= 1) {
    if (Object.hasOwn(commands, words.slice(0, count).join(":"))) return count;
  }
  return 0;
}

/** Of a command's name. */
const WORDS_MAX = 4;

/** A word behind a command that takes none may be a name that it does not have. */
function isNoArgument({ args, strict }: Command.Class, word: string | undefined): boolean {
  return word !== undefined && !word.startsWith("-") && strict && Object.keys(args).length === 0;
}

/** What a command that runs asks of oclif's configuration. */
function configOf(root: string): Config {
  const config: Pick<Config, "bin" | "name" | "version" | "root" | "scopedEnvVar" | "scopedEnvVarKeys" | "runHook"> = {
    bin: "netlogctl",
    name: "netlogctl",
    version: VERSION,
    root,
    scopedEnvVar: () => undefined,
    scopedEnvVarKeys: () => [],
    runHook: async () => ({ successes: [], failures: [] }), // there are no plugins
  };
  return config as Config;
}
