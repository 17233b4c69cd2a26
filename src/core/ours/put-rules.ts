import { lowerBareLogs } from "../default-log/lower-bare.ts";
import { encodeDocument, type NftDocument } from "../intent/document.ts";
import type { Intent } from "../intent/intent.ts";
import { type Compiled, type Lowered, lowerIntent } from "../intent/lower.ts";
import type { DefaultLog } from "../model/default-log.ts";
import type { RevisionRules } from "../model/revision.ts";
import { applyCommand } from "../nft/command.ts";
import { decodeRuleset, type Ruleset } from "../nft/ruleset.ts";
import { type OwnTables, ownTables } from "./scope.ts";

type OfIntent = Extract<RevisionRules, { form: "intent" }>;

/** An intent's rules as a revision keeps them. */
export function rulesOfIntent({ table, sets, rules }: Intent, compiled: Compiled, file?: string): OfIntent {
  return {
    form: "intent",
    table,
    sets,
    file,
    rules: rules.map(({ document, where, use }) => ({ document, where, use })),
    compiled: Object.fromEntries(compiled),
  };
}

/** The tables that these rules make. */
export function tablesOf(rules: RevisionRules): OwnTables {
  switch (rules.form) {
    case "none":
      return new Set();
    case "intent":
      return ownTables(rules.table);
    case "text":
      return new Set(decodeRuleset({ nftables: rules.nftables }, "a revision").tables.keys());
  }
}

/** Puts rules into a ruleset that holds nothing of ours, their destinations decided by this default log. */
export function putRules(
  base: Ruleset,
  rules: RevisionRules,
  defaultLog: DefaultLog,
  say: (line: string) => void,
): Ruleset {
  switch (rules.form) {
    case "none":
      return base;
    case "intent":
      return putDocument(base, encodeDocument(lowerRules(rules, defaultLog), base, say));
    case "text": {
      const marked = decodeRuleset({ nftables: rules.nftables }, "a revision");
      const { ruleset, notes } = lowerBareLogs(marked, rules.sentinel, defaultLog);
      for (const note of notes) say(`note: ${note}`);
      for (const [key, table] of ruleset.tables) base.tables.set(key, table);
      return base;
    }
  }
}

/** What an intent is lowered to is in the normal spelling. */
function putDocument(base: Ruleset, { nftables }: NftDocument): Ruleset {
  for (const command of nftables) {
    for (const [verb, object] of Object.entries(command)) applyCommand(base, verb, object, "the intent");
  }
  return base;
}

/** An intent's rules with their destinations decided. */
export function lowerRules(rules: OfIntent, defaultLog: DefaultLog): Lowered {
  const { table, sets } = rules as unknown as Intent;
  const located = rules.rules.map(({ document, where = () => `rule ${document["name"]} of what was applied` }) => ({
    document,
    where,
  }));
  const intent = { defaultLog, allNetns: undefined, table, sets, accept: [], rules: located } as unknown as Intent;
  return lowerIntent(intent, new Map(Object.entries(rules.compiled)) as Compiled);
}
