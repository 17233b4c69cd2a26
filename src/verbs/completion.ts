import { type Host, HostError, readText } from "../core/model/host.ts";
import { decodeNfnetlinkLog, NFNETLINK_LOG_PATH } from "../core/procfs/nfnetlink-log.ts";
import { listFilterFields } from "./filter-fields.ts";
import { readFile } from "./read-input.ts";
import { readNamespace } from "./read-machine.ts";
import { listRevisions } from "./revisions.ts";
import { findTemplates, type TemplatePlaces } from "./templates.ts";

/** The shells that there is a completion for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** What a completion asks the machine for. */
export const COMPLETED_VALUES = [
  "netns",
  "interface",
  "group",
  "revision",
  "revision-number",
  "template",
  "field",
] as const;

/** The script that a shell sources, as the build has made it below `root`. */
export async function readCompletion(host: Host, root: string, shell: (typeof SHELLS)[number]): Promise<string> {
  return await readFile(host, `${root}/dist/completion/netlogctl.${shell}`);
}

/**
 * The values that can stand there on this machine. What cannot be read has none: nobody wants to be told of that while
 * typing. Nor has what cannot be told in a line.
 */
export async function listValues(
  host: Host,
  places: TemplatePlaces,
  what: (typeof COMPLETED_VALUES)[number],
): Promise<string[]> {
  try {
    return (await readValues(host, places, what)).filter((value) => /^(?!-)[^\p{Cc}\p{Cf}]+$/u.test(value));
  } catch (error) {
    if (error instanceof HostError) return [];
    throw error;
  }
}

async function readValues(
  host: Host,
  places: TemplatePlaces,
  what: (typeof COMPLETED_VALUES)[number],
): Promise<string[]> {
  switch (what) {
    case "netns":
      return await host.list("/run/netns");
    case "interface":
      return await host.list("/sys/class/net");
    case "group":
      return decodeNfnetlinkLog(await readText(host, NFNETLINK_LOG_PATH)).map(({ group }) => String(group));
    case "revision":
      return (await revisions(host)).map((number) => `rev:${number}`);
    case "revision-number":
      return (await revisions(host)).map(String);
    case "template":
      return [...(await findTemplates(host, places)).keys()];
    case "field":
      return (await listFilterFields()).map(({ name }) => name);
  }
}

/** The newest first. */
async function revisions(host: Host): Promise<number[]> {
  return (await listRevisions(host, await readNamespace(host))).toReversed();
}
