import type { Finding } from "../core/lint/finding.ts";
import { lintIntent } from "../core/lint/intent-checks.ts";
import { lintRuleset } from "../core/lint/lint.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import { type RuleSource, readSource, type SourceOptions } from "./rule-source.ts";

/** What the linter finds in rules, wherever they stand (readSource), without what an intent accepts. */
export async function lintRules(host: Host, name: string, options: SourceOptions): Promise<Finding[]> {
  const source = await readOrFind(host, name, options);
  if (!("ruleset" in source)) return source;
  const { ruleset, read } = source;
  if (read !== undefined) return lintIntent(read.intent, read.lowered, ruleset, name);
  return lintRuleset(ruleset, (_rule, { family, table, chain, position }) =>
    [family, table, chain, "rule", position + 1].join(" "),
  );
}

/** The source, or what is wrong with an intent at a place of it as a finding: it is shown where all others are. */
async function readOrFind(host: Host, name: string, options: SourceOptions): Promise<RuleSource | Finding[]> {
  try {
    return await readSource(host, name, options);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "bad-input" || error.where === undefined) throw error;
    const message = error.remedy === "" ? error.message : `${error.message} (${error.remedy})`;
    return [{ code: "no-intent", severity: "error", message, where: error.where, rule: undefined }];
  }
}
