import { join } from "node:path";
import { type Command, Plugin, run } from "@oclif/core";
import { heldFile } from "../host/held-files.ts";
import type { Commands } from "./run-command.ts";

/** Has oclif look for what the words name: help, a command, or that there is none. */
export async function runWithOclif(root: string, words: readonly string[], commands: Commands): Promise<void> {
  const [first, ...rest] = words;
  const plugin = new Bundled(root, commands);
  await plugin.load();
  // What runs as root loads no code from anybody's home: no other plugins are looked for.
  await run(first === "help" ? [...rest, "--help"] : [...words], { root, plugins: new Map([[plugin.name, plugin]]) });
}

/** oclif's own plugin looks for a command in the file system. */
class Bundled extends Plugin {
  readonly #commands: Commands;

  constructor(root: string, commands: Commands) {
    const [pjson, manifest] = ["package.json", "oclif.manifest.json"].map((name) => heldFile(join(root, name)));
    super({ root, isRoot: true, type: "core", ...(pjson && { pjson: JSON.parse(pjson.toString("utf8")) }) });
    this.#commands = commands;
    if (manifest !== undefined) Object.assign(this, { _manifest: async () => JSON.parse(manifest.toString("utf8")) });
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
