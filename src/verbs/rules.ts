import { z } from "zod";
import { type Intent, parseIntent } from "../core/intent/intent.ts";
import { encodeIntent, type NftDocument } from "../core/intent/lower.ts";
import { IntentDocument } from "../core/intent/schema.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import { didYouMean } from "../core/nearest.ts";
import { parseTemplate, renderTemplate, type Template } from "../core/template/template.ts";
import { faultOfHost } from "./host-faults.ts";

const ENDING = ".yaml.hbs";

/** The machine's own templates: it need not have any. */
export const MACHINE_TEMPLATES = "/etc/netlogctl/templates";

/** Some hundred thousand rules. */
const INTENT_BYTES_MAX = 64 * 1024 * 1024;

/** The templates in these directories; of two with one name that of the earlier directory counts. */
export async function listTemplates(host: Host, directories: readonly string[]): Promise<Template[]> {
  const found = new Map<string, Template>();
  for (const directory of directories) {
    for (const file of await templateFiles(host, directory)) {
      const name = file.slice(0, -ENDING.length);
      const path = `${directory}/${file}`;
      if (!found.has(name)) found.set(name, parseTemplate(await readInput(host, path), name, path));
    }
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** One template by its name. */
export async function showTemplate(host: Host, directories: readonly string[], name: string): Promise<Template> {
  return findTemplate(await listTemplates(host, directories), name);
}

/** Reads an intent from a file, or from standard input if the path is "-", with its templates rendered. */
async function readIntent(host: Host, path: string, directories: readonly string[]): Promise<Intent> {
  const text = await readInput(host, path);
  const templates = await listTemplates(host, directories);
  return parseIntent(text, path === "-" ? "standard input" : path, (use, where) => {
    const template = findTemplate(templates, use.use, where);
    return { text: renderTemplate(template, use.with, where), source: `${template.source} (rendered)` };
  });
}

/** What nft would be handed for an intent: needs neither root, nor a kernel, nor nft. */
export async function renderRules(host: Host, path: string, directories: readonly string[]): Promise<NftDocument> {
  return encodeIntent(await readIntent(host, path, directories));
}

/** The JSON Schema of the intent, for editors. */
export function rulesSchema(): object {
  return z.toJSONSchema(IntentDocument, { io: "input" });
}

function findTemplate(templates: readonly Template[], name: string, where?: string): Template {
  const found = templates.find((template) => template.name === name);
  if (found !== undefined) return found;
  const names = templates.map((template) => template.name);
  const remedy = `${didYouMean(name, names)}there are ${names.join(", ")}`;
  throw new Fault("not-found", `there is no template "${name}"`, remedy, where === undefined ? {} : { where });
}

async function templateFiles(host: Host, directory: string): Promise<string[]> {
  try {
    return (await host.list(directory)).filter((file) => file.endsWith(ENDING) && !file.startsWith("."));
  } catch (error) {
    if (error instanceof HostError && error.code === "ENOENT" && directory === MACHINE_TEMPLATES) return [];
    throw error instanceof HostError ? faultOfHost(error, "read the templates") : error;
  }
}

async function readInput(host: Host, path: string): Promise<string> {
  try {
    return (await host.readInput(path, INTENT_BYTES_MAX)).toString("utf8");
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, "read the intent") : error;
  }
}
