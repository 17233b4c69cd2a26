import { resolve } from "node:path";
import { Flags } from "@oclif/core";
import { type PlacePath, parsePlacePath } from "../core/archive/place-path.ts";
import { type ArchiveDocument, VAULT } from "../core/archive/schema.ts";
import { Fault } from "../core/model/fault.ts";
import { openDepot } from "../host/archive/open-depot.ts";
import { openHost } from "../host/open-host.ts";
import { openPlace } from "../host/places/open-place.ts";
import type { ArchiveParts, Vault } from "../verbs/archive/parts.ts";
import { readArchiveSettings, vaultAt } from "../verbs/archive/settings.ts";
import { interruptible } from "./interruption.ts";
import { NetlogCommand } from "./netlog-command.ts";
import { INTENT, RULES_FLAGS, templatePlaces } from "./rules-flags.ts";

/** Where files lie on their way, unless said. */
const STAGING = "/var/lib/netlogctl/staging";

export const STAGING_FLAG = {
  staging: Flags.string({ summary: "Where files lie on their way.", helpValue: "DIR", default: STAGING }),
};

/** What commands take that look into a vault. */
export const VAULT_FLAGS = {
  ...RULES_FLAGS,
  vault: Flags.string({
    summary: "The vault, instead of that of the intent: a path, ssh:HOST:PATH, qubes:VM:PATH.",
    helpValue: "PLACE",
  }),
};

interface VaultFlags {
  readonly file: string;
  readonly templates: string[] | undefined;
  readonly vault?: string | undefined;
}

/** What the commands of the archive share: where the vault is, and the talk of what is being done. */
export abstract class ArchiveCommand extends NetlogCommand {
  protected async openParts(): Promise<ArchiveParts> {
    return { host: await openHost({}), depot: openDepot(), openPlace, program: this.program() };
  }

  /** What the intent wants to be archived. @throws Fault */
  protected async settingsOf({ host }: ArchiveParts, { file, templates }: VaultFlags): Promise<ArchiveDocument> {
    return await readArchiveSettings(host, file, templatePlaces(templates, this.config.root));
  }

  /** The vault that a flag names, that of the intent, or where there is none, the usual one. @throws Fault */
  protected async vaultOf(parts: ArchiveParts, flags: VaultFlags): Promise<Vault> {
    if (flags.vault !== undefined) return vaultAt(parts, placePathOf("--vault", flags.vault));
    return vaultAt(parts, await this.#vaultIn(parts, flags));
  }

  async #vaultIn(parts: ArchiveParts, flags: VaultFlags): Promise<PlacePath> {
    try {
      return (await this.settingsOf(parts, flags)).vault;
    } catch (error) {
      const isUsual = error instanceof Fault && error.code === "not-found" && flags.file === INTENT;
      if (!isUsual) throw error;
      return { at: "here", path: VAULT };
    }
  }

  /** Does what a signal ends in order: what is whole then stays, and the next run goes on from there. @throws Fault */
  protected async untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await interruptible(async (signal) => await orInterrupted(work(signal), signal));
    } finally {
      this.endSteps();
    }
  }
}

async function orInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!signal.aborted || error instanceof Fault) throw error;
    const message = `interrupted by ${String(signal.reason)}: nothing is left half`;
    throw new Fault("interrupted", message, "run it again", { cause: signal.reason });
  }
}

/** A directory at a place; `./dir` and `some/dir` are of this machine. @throws Fault */
export function placePathOf(flag: string, text: string): PlacePath {
  const isOfHere = /^\.{1,2}$|^[^:]*\//.test(text);
  return parsePlacePath(flag, isOfHere ? resolve(text) : text);
}

/** The directory of the flag, as an absolute path. @throws Fault if it names none */
export function stagingOf({ staging }: { readonly staging: string }): string {
  if (staging.trim() === "") throw new Fault("usage", "--staging names no directory", "give a directory of its own");
  return resolve(staging);
}
