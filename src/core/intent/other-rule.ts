import { Fault } from "../model/fault.ts";
import { fillIn } from "../template/fill-in.ts";
import type { Rendered } from "../template/template.ts";
import { check, refuseProto } from "./check.ts";
import type { IntentRule, RenderTemplate } from "./intent.ts";
import { readPlainRule } from "./plain-rule.ts";
import { type Located, type Path, parseYaml, whereOf } from "./positions.ts";
import type { RuleDocument } from "./rule-schema.ts";
import { UseDocument } from "./use-schema.ts";

/** Where an item of an intent's rules stands, and what renders the template that it may name. */
interface Place {
  readonly located: Located;
  readonly path: Path;
  readonly render: RenderTemplate;
}

/** What an item that is no plain rule stands for: the rules of a template, or the one that the schema makes of it. */
export async function readOtherRule(item: unknown, { located, path, render }: Place): Promise<IntentRule[]> {
  const where = whereOf(located, path);
  if (typeof item !== "object" || item === null || !("use" in item)) {
    return [{ document: await checkRule(item, located, path), where }];
  }
  refuseProto(item, [...path, "with"], located);
  const use = check(UseDocument, item, { located, path });
  return renderedRules(render(use, where()), use, where);
}

/** The rules of a template. What is wrong with one is said at the template's use, with its place in what was rendered. */
async function renderedRules(
  rendered: Rendered,
  { use, as, accept: more = [] }: UseDocument,
  where: () => string,
): Promise<IntentRule[]> {
  try {
    const documents = await documentsOf(rendered);
    return documents.map(({ accept = [], ...document }) => {
      const name = as === undefined ? document.name : `${as}-${document.name}`;
      return { document: { ...document, name, accept: [...accept, ...more] }, where, use: { use, as: as ?? null } };
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const message = `${error.where ?? rendered.source}: ${error.message}`;
    throw new Fault("bad-input", message, error.remedy, { where: where(), cause: error });
  }
}

async function documentsOf({ text, source, values }: Rendered): Promise<RuleDocument[]> {
  const located = parseYaml(text, source);
  const value = fillIn(located.value, values);
  if (!Array.isArray(value)) throw new Fault("bad-input", "it does not render to a list", "mend the template");
  const documents: RuleDocument[] = [];
  for (const [index, rule] of value.entries()) {
    documents.push(readPlainRule(rule) ?? (await checkRule(rule, located, [index])));
  }
  return documents;
}

async function checkRule(rule: unknown, located: Located, path: Path): Promise<RuleDocument> {
  const { RuleDocument } = await import("./rule-schema.ts");
  return check(RuleDocument, rule, { located, path });
}
