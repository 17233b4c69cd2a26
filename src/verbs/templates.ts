import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import { didYouMean } from "../core/nearest.ts";
import { parseTemplate, type Template } from "../core/template/template.ts";
import { faultOfHost } from "./host-faults.ts";
import { readDirectoryAt, readFile } from "./read-input.ts";

const ENDING = ".yaml.hbs";

/** The machine's own templates: it need not have any. */
export const MACHINE_TEMPLATES = "/etc/netlogctl/templates";

/** Where templates are looked for, in this order; and as they were at which git revision, where git keeps them. */
export interface TemplatePlaces {
  readonly directories: readonly string[];
  readonly revision?: string | undefined;
}

/** The templates in these directories; of two with one name that of the earlier directory counts. */
export async function listTemplates(host: Host, { directories, revision }: TemplatePlaces): Promise<Template[]> {
  const found = new Map<string, Template>();
  for (const directory of directories) {
    for (const [file, text] of await templateFiles(host, directory, revision)) {
      const name = file.slice(0, -ENDING.length);
      if (!found.has(name)) found.set(name, parseTemplate(text, name, `${directory}/${file}`));
    }
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** One template by its name. */
export async function showTemplate(host: Host, places: TemplatePlaces, name: string): Promise<Template> {
  return findTemplate(await listTemplates(host, places), name);
}

export function findTemplate(templates: readonly Template[], name: string, where?: string): Template {
  const found = templates.find((template) => template.name === name);
  if (found !== undefined) return found;
  const names = templates.map((template) => template.name);
  const remedy = `${didYouMean(name, names)}there are ${names.join(", ")}`;
  throw new Fault("not-found", `there is no template "${name}"`, remedy, where === undefined ? {} : { where });
}

async function templateFiles(
  host: Host,
  directory: string,
  revision: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const kept = revision === undefined ? undefined : await readDirectoryAt(host, revision, directory, ENDING);
  if (kept !== undefined) return kept;
  const files = new Map<string, string>();
  for (const name of await namesIn(host, directory)) files.set(name, await readFile(host, `${directory}/${name}`));
  return files;
}

async function namesIn(host: Host, directory: string): Promise<string[]> {
  try {
    return (await host.list(directory)).filter((file) => file.endsWith(ENDING) && !file.startsWith("."));
  } catch (error) {
    if (error instanceof HostError && error.code === "ENOENT" && directory === MACHINE_TEMPLATES) return [];
    throw error instanceof HostError ? faultOfHost(error, "read the templates") : error;
  }
}
