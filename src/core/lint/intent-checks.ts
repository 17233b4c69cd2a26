import type { Intent, IntentRule } from "../intent/intent.ts";
import { type Lowered, MARK } from "../intent/lower.ts";
import { setsNamedIn } from "../intent/own-sets.ts";
import type { JsonObject } from "../nft/json.ts";
import type { Ruleset } from "../nft/ruleset.ts";
import { CODES, type LintCode } from "./codes.ts";
import type { Finding } from "./finding.ts";
import { lintRuleset } from "./lint.ts";

/** What is to be said of an intent: of the ruleset that comes of it, and of what is in it alone. What it accepts is left out. */
export function lintIntent(intent: Intent, lowered: Lowered, ruleset: Ruleset, source: string): Finding[] {
  const rules = new Map(intent.rules.map((rule) => [`${MARK}${rule.document.name}`, rule]));
  const whereOf = (rule: JsonObject): string => rules.get(String(rule["comment"]))?.where() ?? source;
  const found = [...lintRuleset(ruleset, whereOf), ...nowhere(intent, lowered), ...unusedSets(intent, lowered, source)];
  const accepted = new Accepted(intent);
  const left = found.filter((finding) => !accepted.has(finding));
  // A rule of the intent can be several of the kernel's, of which the same is to be said.
  const once = new Map([...left, ...accepted.unused(source)].map((finding) => [JSON.stringify(finding), finding]));
  return [...once.values()];
}

function finding(code: LintCode, message: string, where: string, rule: string | undefined): Finding {
  return { code, severity: CODES[code].severity, message, where, rule };
}

function nowhere({ rules }: Intent, lowered: Lowered): Finding[] {
  return lowered.rules.flatMap(({ name, rules: some }, index) => {
    const where = (rules[index] as IntentRule).where();
    return some.length > 0 ? [] : [finding("logs-nowhere", `rule ${name} logs nowhere`, where, name)];
  });
}

function unusedSets({ sets }: Intent, { rules }: Lowered, source: string): Finding[] {
  const named = setsNamedIn(rules.flatMap(({ rules: some }) => some));
  const unused = Object.keys(sets).filter((name) => !named.has(name));
  return unused.map((name) => finding("unused-set", `the set ${name} is not used`, source, undefined));
}

/** The codes that an intent accepts, and which of them were of use. */
class Accepted {
  readonly #everywhere: readonly string[];
  readonly #byRule: ReadonlyMap<string, { readonly codes: readonly string[]; readonly where: string }>;
  readonly #used = new Set<string>();

  constructor({ accept, rules }: Intent) {
    this.#everywhere = accept;
    this.#byRule = new Map(
      rules.flatMap(({ document, where }) => {
        const codes = document.accept ?? [];
        return codes.length === 0 ? [] : [[document.name, { codes, where: where() }]];
      }),
    );
  }

  has({ code, rule = "" }: Finding): boolean {
    const own = this.#byRule.get(rule);
    const isOwn = own?.codes.includes(code) === true;
    if (isOwn) this.#used.add(`${own.where} ${code}`);
    const isGeneral = this.#everywhere.includes(code);
    if (isGeneral) this.#used.add(code);
    return isOwn || isGeneral;
  }

  /** A template's rules accept together: it is enough that one of them needs it. */
  unused(source: string): Finding[] {
    const general = this.#everywhere.filter((code) => !this.#used.has(code)).map((code) => ({ code, where: source }));
    const own = [...this.#byRule.values()].flatMap(({ codes, where }) =>
      codes.filter((code) => !this.#used.has(`${where} ${code}`)).map((code) => ({ code, where })),
    );
    const once = new Map([...general, ...own].map((one) => [`${one.where} ${one.code}`, one]));
    return [...once.values()].map(({ code, where }) =>
      finding("unused-accept", `accept: ${code} silences nothing`, where, undefined),
    );
  }
}
