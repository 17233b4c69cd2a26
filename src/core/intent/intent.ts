import type { ArchiveDocument } from "../archive/schema.ts";
import type { CaptureDocument } from "../capture/schema.ts";
import { defaultLogOf, parseDefaultLogWords } from "../default-log/parse.ts";
import type { DefaultLog } from "../model/default-log.ts";
import { Fault } from "../model/fault.ts";
import { didYouMean } from "../nearest.ts";
import type { ServeDocument } from "../serve/schema.ts";
import type { Rendered } from "../template/template.ts";
import { check, refuseProto } from "./check.ts";
import { readPlainHead } from "./plain-head.ts";
import { readPlainRule } from "./plain-rule.ts";
import { type Located, parseYaml, whereOf } from "./positions.ts";
import type { RuleDocument } from "./rule-schema.ts";
import type { IntentHead, SetDocument } from "./schema.ts";
import type { UseDocument } from "./use-schema.ts";

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

/**
 * Reads an intent. Whatever is wrong is a fault with its place, its path, and the nearest word that would be right. What
 * says nothing unusual does without the schema, which is slow to load.
 */
export async function parseIntent(text: string, source: string, render: RenderTemplate): Promise<Intent> {
  const located = parseYaml(text, source);
  const head = await headOf(located);
  const rules = await rulesOf(head.rules, located, render);
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

async function headOf(located: Located): Promise<IntentHead> {
  const plain = readPlainHead(located.value);
  if (plain !== undefined) return plain;
  const { IntentHead } = await import("./schema.ts");
  const head = check(IntentHead, located.value, { located, path: [] });
  for (const key of ["sets", "default-log"]) refuseProto(located.value, [key], located);
  refuseProto(
    head.archive === undefined ? undefined : (located.value as { archive: unknown }).archive,
    ["archive", "machines"],
    located,
  );
  return head;
}

async function rulesOf(items: readonly unknown[], located: Located, render: RenderTemplate): Promise<IntentRule[]> {
  const plain = items.map((item) => readPlainRule(item));
  const others = plain.includes(undefined) ? await import("./other-rule.ts") : undefined;
  const rules: IntentRule[] = [];
  for (const [index, document] of plain.entries()) {
    const path = ["rules", index];
    if (document !== undefined) rules.push({ document, where: whereOf(located, path) });
    else rules.push(...((await others?.readOtherRule(items[index], { located, path, render })) ?? []));
  }
  return rules;
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
