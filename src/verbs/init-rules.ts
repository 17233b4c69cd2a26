import { startingPoint } from "../core/intent/starting-point.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import { faultOfHost } from "./host-faults.ts";
import { isThere } from "./read-input.ts";
import { findTemplates, readTemplate, type TemplatePlaces } from "./templates.ts";

/** The text of a commented intent to start from, with the templates of these names in use. */
export async function draftRules(host: Host, use: readonly string[], places: TemplatePlaces): Promise<string> {
  const templates = use.length === 0 ? new Map() : await findTemplates(host, places);
  return startingPoint(use.map((name) => readTemplate(templates, name)));
}

/** Writes a text to a file; one that is there is a fault unless it is forced. */
export async function initRules(host: Host, path: string, text: string, isForced: boolean): Promise<void> {
  try {
    if (!isForced && (await isThere(host, path))) {
      throw new Fault("bad-input", `${path} is there already`, "name another with -f, or replace it with --force");
    }
    const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (directory === "/etc/netlogctl") await host.makeDirectory(directory, 0o755);
    await host.replaceFile(path, text, 0o644);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw faultOfHost(
      error,
      "write the intent",
      error.code === "EACCES" ? "name a place that is yours with -f" : undefined,
    );
  }
}
