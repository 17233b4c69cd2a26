import type { UseDocument } from "../core/intent/use-schema.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import { didYouMean } from "../core/nearest.ts";
import { parseTemplate, type Rendered, renderTemplate, type Template } from "../core/template/template.ts";
import { faultOfHost } from "./host-faults.ts";
import { type Input, readDirectoryAt, readFile } from "./read-input.ts";
import type { Say } from "./scratch.ts";

const ENDING = ".yaml.hbs";

/** The machine's own templates: it need not have any. */
const MACHINE_TEMPLATES = "/etc/netlogctl/templates";

/** Where templates are looked for. */
export interface TemplatePlaces {
  /** The user's directories, in this order; those in a git repository can be read as they were at a revision. */
  readonly given: readonly string[];
  /** netlogctl's own directory, which comes last, behind the machine's. */
  readonly own: string;
}

/** A template that was found, not yet read. */
interface Found {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** All templates; of two with one name that of the earlier directory counts. One that is broken is told, and left out. */
export async function listTemplates(host: Host, places: TemplatePlaces, say: Say): Promise<Template[]> {
  return [...(await findTemplates(host, places)).values()].flatMap(({ name, path, text }) => {
    try {
      return [parseTemplate(text, name, path)];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      say(`note: ${error.where === undefined ? "" : `${error.where}: `}${error.message}`);
      return [];
    }
  });
}

/** One template by its name. */
export async function showTemplate(host: Host, places: TemplatePlaces, name: string): Promise<Template> {
  return readTemplate(await findTemplates(host, places), name);
}

/** The files of templates by their names, in the order of the names. */
export async function findTemplates(
  host: Host,
  { given, own }: TemplatePlaces,
  { revision, isObeyed }: Pick<Input, "isObeyed"> & { readonly revision?: string | undefined } = {},
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  const add = (directory: string, files: ReadonlyMap<string, string>): void => {
    for (const [file, text] of files) {
      const name = file.slice(0, -ENDING.length);
      if (!found.has(name)) found.set(name, { name, path: `${directory}/${file}`, text });
    }
  };
  for (const directory of given) {
    const kept = revision === undefined ? undefined : await readDirectoryAt(host, revision, directory, ENDING);
    add(directory, kept ?? (await readDirectory(host, directory, isObeyed)));
  }
  for (const directory of [MACHINE_TEMPLATES, own]) add(directory, await readDirectory(host, directory));
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The template of this name; a fault if there is none, or if it is broken. */
export function readTemplate(templates: ReadonlyMap<string, Found>, name: string, where?: string): Template {
  const found = templates.get(name);
  if (found !== undefined) return parseTemplate(found.text, name, found.path);
  const names = [...templates.keys()];
  const remedy = `${didYouMean(name, names)}there are ${names.join(", ")}`;
  throw new Fault("not-found", `there is no template "${name}"`, remedy, where === undefined ? {} : { where });
}

/** A template with the values that it is used with. */
export function renderUse(templates: ReadonlyMap<string, Found>, use: UseDocument, where: string): Rendered {
  return renderTemplate(readTemplate(templates, use.use, where), use.with, where);
}

async function readDirectory(host: Host, directory: string, isObeyed?: boolean): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const name of await namesIn(host, directory)) {
    files.set(name, await readFile(host, `${directory}/${name}`, { isObeyed }));
  }
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
