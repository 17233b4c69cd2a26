import type { ArchiveDocument } from "../archive/schema.ts";
import type { CaptureDocument } from "../capture/schema.ts";
import { defaultLogOf, parseDefaultLogWords } from "../default-log/parse.ts";
import type { DefaultLog } from "../model/default-log.ts";
import { Fault } from "../model/fault.ts";
import { didYouMean } from "../nearest.ts";
import type { ServeDocument } from "../serve/schema.ts";
import { fillIn } from "../template/fill-in.ts";
import type { Rendered } from "../template/template.ts";
import { check } from "./check.ts";
import { readPlainRule } from "./plain-rule.ts";
import { type Located, type Path, parseYaml, pathText } from "./positions.ts";
import { RuleDocument } from "./rule-schema.ts";
import { IntentHead, type SetDocument, UseDocument } from "./schema.ts";

/** A rule of the intent and where it stands. */
export interface IntentRule {
  readonly document: RuleDocument;
  /** `file:line:column`; of the template's use in the intent where a template made it. */
  readonly where: () => string;
  readonly use?: { readonly use: string; readonly as: string | null };
}

/** What the user wants to be logged, and where to. */
export interface Intent {
  readonly defaultLog: DefaultLog;
  readonly allNetns: boolean | undefined;
  readonly table: string;
  readonly sets: Readonly<Record<string, SetDocument>>;
  /** Codes of the linter that are meant so everywhere. */
  readonly accept: readonly string[];
  /** What the log service does, if it is spoken of. */
  readonly serve: ServeDocument | undefined;
  /** What is captured into a ring, and what is archived, if they are spoken of. */
  readonly capture: CaptureDocument | undefined;
  readonly archive: ArchiveDocument | undefined;
  readonly rules: readonly IntentRule[];
}

/** Renders a template: its rules, as the text of a YAML list with its values beside it, and what that text is called. */
export type RenderTemplate = (use: UseDocument, where: string) => Rendered;

/** Reads an intent. Whatever is wrong is a fault with its place, its path, and the nearest word that would be right. */
export function parseIntent(text: string, source: string, render: RenderTemplate): Intent {
  const located = parseYaml(text, source);
  const head = check(IntentHead, located.value, { located, path: [] });
  for (const key of ["sets", "default-log"]) refuseProto(located.value, [key], located);
  refuseProto(
    head.archive === undefined ? undefined : (located.value as { archive: unknown }).archive,
    ["archive", "machines"],
    located,
  );
  const rules = head.rules.flatMap((item, index) => rulesOf(item, ["rules", index], located, render));
  refuseTwice(rules);
  for (const rule of rules) refuseUnknownSets(rule, head.sets);
  return {
    defaultLog: defaultLogFrom(head["default-log"] ?? {}, located),
    allNetns: head["all-netns"],
    table: head.table,
    sets: head.sets,
    accept: head.accept ?? [],
    serve: head.serve,
    capture: head.capture,
    archive: head.archive,
    rules,
  };
}

function rulesOf(item: unknown, path: Path, located: Located, render: RenderTemplate): IntentRule[] {
  const where = whereOf(located, path);
  if (typeof item !== "object" || item === null || !("use" in item)) {
    return [{ document: ruleOf(item, located, path), where }];
  }
  refuseProto(item, [...path, "with"], located);
  const use = check(UseDocument, item, { located, path });
  return renderedRules(render(use, where()), use, where);
}

function ruleOf(item: unknown, located: Located, path: Path): RuleDocument {
  return readPlainRule(item) ?? check(RuleDocument, item, { located, path });
}

/** It holds nothing of the value itself, which is of no use any more when the rules are made. */
function whereOf({ where }: Located, path: Path): () => string {
  return () => where(path);
}

/** The rules of a template. What is wrong with one is said at the template's use, with its place in what was rendered. */
function renderedRules(
  rendered: Rendered,
  { use, as, accept: more = [] }: UseDocument,
  where: () => string,
): IntentRule[] {
  try {
    return documentsOf(rendered).map(({ accept = [], ...document }) => {
      const name = as === undefined ? document.name : `${as}-${document.name}`;
      return { document: { ...document, name, accept: [...accept, ...more] }, where, use: { use, as: as ?? null } };
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const message = `${error.where ?? rendered.source}: ${error.message}`;
    throw new Fault("bad-input", message, error.remedy, { where: where(), cause: error });
  }
}

function documentsOf({ text, source, values }: Rendered): RuleDocument[] {
  const located = parseYaml(text, source);
  const value = fillIn(located.value, values);
  if (!Array.isArray(value)) throw new Fault("bad-input", "it does not render to a list", "mend the template");
  return value.map((rule, index) => ruleOf(rule, located, [index]));
}

/** The schema's records pass over this one key in silence. */
function refuseProto(holder: unknown, path: Path, located: Located): void {
  const given = (holder as Readonly<Record<string, unknown>> | null | undefined)?.[String(path.at(-1))];
  if (typeof given !== "object" || given === null || !Object.hasOwn(given, "__proto__")) return;
  throw new Fault("bad-input", `${pathText(path)}: __proto__ is no name`, "leave it out", {
    where: located.where([...path, "__proto__"], true),
  });
}

/** A rule in a table of ours can only name sets of the intent. */
function refuseUnknownSets({ document, where }: IntentRule, sets: Intent["sets"]): void {
  if (document.hook === undefined) return;
  for (const family of ["ip", "ip6"] as const) {
    const fields = (document.match as Record<string, Record<string, unknown>> | undefined)?.[family] ?? {};
    for (const [field, value] of Object.entries(fields)) {
      const name = /^!?@(.*)$/.exec(String(value))?.[1];
      if (name === undefined || sets[name]?.type === family) continue;
      const known = Object.keys(sets).filter((one) => sets[one]?.type === family);
      const message = `rule ${document.name}: match.${family}.${field}: there is no set "${name}" of type ${family}`;
      const remedy = `${didYouMean(name, known)}write it below sets: { ${name}: { type: ${family}, elements: [...] } }`;
      throw new Fault("bad-input", message, remedy, { where: where() });
    }
  }
}

function defaultLogFrom(document: Readonly<Record<string, unknown>>, located: Located): DefaultLog {
  const statements = Object.entries(document).map(([family, text]) =>
    parseDefaultLogWords([family, ...String(text).split(" ")]),
  );
  const families = statements.flatMap((statement) => statement.families);
  const twice = families.find((family, index) => families.indexOf(family) !== index);
  if (twice === undefined) return defaultLogOf(statements);
  throw new Fault("bad-input", `default-log: ${twice} is given twice, once by inet`, "keep one of the two", {
    where: located.where(["default-log"]),
  });
}

/** A rule is found again by its name. */
function refuseTwice(rules: readonly IntentRule[]): void {
  const seen = new Map<string, () => string>();
  for (const { document, where } of rules) {
    const earlier = seen.get(document.name);
    if (earlier !== undefined) {
      throw new Fault(
        "bad-input",
        `a rule is called "${document.name}" twice, first at ${earlier()}`,
        "give each its own name; a template that is used twice can say as: NAME",
        { where: where() },
      );
    }
    seen.set(document.name, where);
  }
}
