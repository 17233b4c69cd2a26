import Handlebars from "handlebars";
import * as z from "zod";
import { type Path, parseYaml, pathText } from "../intent/positions.ts";
import { Fault } from "../model/fault.ts";
import { didYouMean } from "../nearest.ts";
import { markOf } from "./fill-in.ts";
import { refuseBare, refuseDeep } from "./refuse-bare.ts";

const TYPES = {
  text: { schema: z.string(), words: "a text" },
  interfaces: { schema: z.array(z.string()), words: "a list of interface names" },
  group: { schema: z.int().min(0).max(65_535), words: "a group from 0 to 65535" },
  port: { schema: z.int().min(0).max(65_535), words: "a port from 0 to 65535" },
  flag: { schema: z.boolean(), words: "true or false" },
  chains: { schema: z.record(z.string(), z.string()), words: "a word and a chain (FAMILY TABLE CHAIN) for each" },
  tag: { schema: z.string().regex(/^[a-z][a-z0-9]{0,15}$/i), words: "a word of letters and digits, 16 at most" },
} as const;
type TypeWord = keyof typeof TYPES;

const OneLine = z.string().regex(/^[^\r\n]+$/, "must be one line");

/** What a template says of itself, in the comment that it begins with. */
const Header = z.strictObject({
  purpose: OneLine,
  parameters: z
    .record(
      z.string(),
      z.strictObject({
        type: z.enum(Object.keys(TYPES) as [TypeWord]),
        about: OneLine,
        default: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
      }),
    )
    .default({}),
  example: OneLine,
});

/** A template: what it is for, what it takes, and the text that spells its rules. */
export interface Template extends z.infer<typeof Header> {
  readonly name: string;
  readonly source: string;
  readonly text: string;
}

/** Reads a template: a Handlebars comment that holds YAML, then a YAML list of rules. */
export function parseTemplate(text: string, name: string, source: string): Template {
  const header = /^\{\{!--\n(?<yaml>[\s\S]*?)\n--\}\}\n/.exec(text)?.groups?.["yaml"];
  if (header === undefined) {
    throw broken(
      source,
      "it does not begin with a line {{!--, lines of YAML (purpose, parameters, example) and a line --}}",
    );
  }
  const result = Header.safeParse(parseYaml(header, source).value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw broken(source, `its header: ${pathText((issue?.path ?? []) as Path)}: ${issue?.message ?? ""}`);
  }
  return { ...result.data, name, source, text };
}

/** A rendered template: YAML in which a mark stands for each value, and the values. */
export interface Rendered {
  readonly text: string;
  readonly source: string;
  readonly values: readonly unknown[];
}

/**
 * Renders a template. Values do not enter its text: `{{json wan}}` (also `{{json (not wan)}}`) writes a mark, for which the
 * value is put in when the YAML has been read, so none can change what a rule is. A variable that no parameter has is an
 * error, and so is one outside of json.
 */
export function renderTemplate(template: Template, given: Readonly<Record<string, unknown>>, where: string): Rendered {
  const values = valuesOf(template, given, where);
  const marked: unknown[] = [];
  const engine = Handlebars.create();
  engine.registerHelper("json", (value: unknown) => {
    // Handlebars hands an unknown variable to a helper as undefined, also when it is strict.
    if (value === undefined) throw new Error("{{json ...}} names a variable that no parameter has");
    marked.push(value);
    return JSON.stringify(markOf(marked.length - 1));
  });
  engine.registerHelper("not", (names: readonly string[]) => names.map((name) => `!${name}`));
  engine.registerHelper("join", (...parts: unknown[]) => parts.slice(0, -1).join(""));
  try {
    for (const helper of ["log", "lookup", "with"]) engine.unregisterHelper(helper);
    refuseDeep(template.text);
    refuseBare(engine.parse(template.text), Object.keys(template.parameters));
    const knownHelpers = { json: true, not: true, join: true };
    const render = engine.compile(template.text, {
      noEscape: true,
      strict: true,
      knownHelpersOnly: true,
      knownHelpers,
    });
    return { text: render(values), source: `${template.source} (rendered)`, values: marked };
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
    throw new Fault("bad-input", `cannot render ${template.source}: ${reason}`, "mend the template", { where, cause });
  }
}

function valuesOf({ name, parameters }: Template, given: Readonly<Record<string, unknown>>, where: string): object {
  const known = Object.keys(parameters);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const remedy = `${didYouMean(unknown, known)}it takes ${known.join(", ") || "none"}`;
    throw new Fault("bad-input", `template ${name} has no parameter "${unknown}"`, remedy, { where });
  }
  const entries = Object.entries(parameters).map(([key, { type, default: byDefault }]) => {
    const value = Object.hasOwn(given, key) ? given[key] : byDefault;
    if (TYPES[type].schema.safeParse(value).success) return [key, value];
    const found = value === undefined ? "nothing" : JSON.stringify(value);
    const message = `template ${name}: ${key}: expected ${TYPES[type].words}, found ${found}`;
    throw new Fault("bad-input", message, `see netlogctl template show ${name}`, { where });
  });
  return Object.fromEntries(entries);
}

function broken(source: string, why: string): Fault {
  return new Fault(
    "bad-input",
    `${source} is no template: ${why}`,
    "see one: netlogctl template show packet-logs names its file",
  );
}
