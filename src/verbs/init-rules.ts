import { startingPoint } from "../core/intent/starting-point.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import { faultOfHost } from "./host-faults.ts";
import { findTemplate, listTemplates, type TemplatePlaces } from "./templates.ts";

export interface InitOptions extends TemplatePlaces {
  /** Names of templates to start with. */
  readonly use: readonly string[];
  /** Replace a file that is there. */
  readonly isForced: boolean;
}

/** The text of a commented intent to start from. */
export async function draftRules(host: Host, { use, ...places }: Omit<InitOptions, "isForced">): Promise<string> {
  const templates = use.length === 0 ? [] : await listTemplates(host, places);
  return startingPoint(use.map((name) => findTemplate(templates, name)));
}

/** Writes that text to a file; one that is there is a fault unless it is forced. */
export async function initRules(host: Host, path: string, options: InitOptions): Promise<string> {
  const text = await draftRules(host, options);
  try {
    if (!options.isForced && (await isThere(host, path))) {
      throw new Fault("bad-input", `${path} is there already`, "name another with -f, or replace it with --force");
    }
    const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (directory === "/etc/netlogctl") await host.makeDirectory(directory, 0o755);
    await host.replaceFile(path, text, 0o644);
    return text;
  } catch (error) {
    throw error instanceof HostError
      ? faultOfHost(error, "write the intent", "name a place that is yours with -f")
      : error;
  }
}

async function isThere(host: Host, path: string): Promise<boolean> {
  try {
    await host.readInput(path, 1);
    return true;
  } catch (error) {
    if (error instanceof HostError) return error.code !== "ENOENT";
    throw error;
  }
}
