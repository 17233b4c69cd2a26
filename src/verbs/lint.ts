import type { Finding } from "../core/lint/finding.ts";
import { lintIntent } from "../core/lint/intent-checks.ts";
import { lintRuleset } from "../core/lint/lint.ts";
import type { Host } from "../core/model/host.ts";
import { readSource, type SourceOptions } from "./rule-source.ts";

/** What the linter finds in rules, wherever they stand (readSource), without what an intent accepts. */
export async function lintRules(host: Host, name: string, options: SourceOptions): Promise<Finding[]> {
  const { ruleset, read } = await readSource(host, name, options);
  if (read !== undefined) return lintIntent(read.intent, read.lowered, ruleset, name);
  return lintRuleset(ruleset, (_rule, { family, table, chain, position }) =>
    [family, table, chain, "rule", position + 1].join(" "),
  );
}
