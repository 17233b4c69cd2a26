import type { Json } from "../nft/json.ts";
import { name as nameText } from "../nft/text/quote.ts";
import { ruleText } from "../nft/text/rule.ts";
import { shellWord } from "../shell-word.ts";
import { groupBy } from "./group-by.ts";
import { isMendable, type Mended, mend, remark } from "./mend.ts";
import type { PlacedRule } from "./placed.ts";
import { comment, counted, type InNetns } from "./shell.ts";

/** How many rules a remedy spells out. */
const SPELT_MAX = 3;

/** What is to be done to rules, so that each is mended once, for all that was found of it. */
export class Repairs {
  readonly #found: ReadonlyMap<string, readonly { readonly code: string }[]>;
  readonly #done = new Map<string, string>();
  /** The file of the intent that rules of ours come from, where it is known. */
  readonly intentFile: string | undefined;

  /** @param found what was found of which place */
  constructor(found: readonly { readonly code: string; readonly where: string }[], intentFile: string | undefined) {
    this.#found = groupBy(found, ({ where }) => where);
    this.intentFile = intentFile;
  }

  /** The code under which it is done already, for a rule or the intent; the first to ask does it. */
  begin(code: string, what: string): string | undefined {
    const done = this.#done.get(what);
    if (done === undefined) this.#done.set(what, code);
    return done;
  }

  codesOf({ place }: PlacedRule): string[] {
    return (this.#found.get(place) ?? []).map(({ code }) => code);
  }
}

export interface RuleAdvice {
  readonly code: string;
  /** What to do, in words. */
  readonly advice: string;
  readonly repairs: Repairs;
  readonly netns: InNetns;
}

/** What mends these rules: ours in the intent that they come from, others where they stand. */
export function ruleRemedy(rules: readonly PlacedRule[], advised: RuleAdvice): string[] {
  const { netns } = advised;
  const foreign = rules.filter(({ name }) => name === undefined);
  const spelt = foreign.slice(0, SPELT_MAX).flatMap((rule) => commandsFor(rule, advised));
  const left = foreign.length - SPELT_MAX;
  const more =
    left <= 0 ? [] : [comment(`and ${counted(left, "more rule")}: netlogctl rules lint -f live${netns.option}`)];
  return [...inIntent(rules, advised), ...new Set(spelt), ...more];
}

/** The line that opens the intent is said once: all is mended in one go. */
function inIntent(rules: readonly PlacedRule[], { code, advice, repairs, netns }: RuleAdvice): string[] {
  const names = [...new Set(rules.flatMap(({ name }) => name ?? []))];
  if (names.length === 0) return [];
  const shown = names.slice(0, SPELT_MAX).join(", ");
  const more = names.length > SPELT_MAX ? ` and ${names.length - SPELT_MAX} more` : "";
  const where = `in ${names.length === 1 ? "rule" : "rules"} ${shown}${more} of the intent`;
  const done = repairs.begin(code, INTENT);
  if (done !== undefined) return [comment(`${where}, with the line for ${done}: ${advice}`)];
  return [comment(`${where}: ${advice}`), openIntent(repairs.intentFile, netns)];
}

/** No rule's place is called so. */
const INTENT = "intent";

function openIntent(file: string | undefined, { option }: InNetns): string {
  if (file === undefined) return comment(`its file is not known; then: netlogctl rules apply -f FILE${option}`);
  const word = shellWord(file);
  return `"\${EDITOR:-vi}" ${word} && netlogctl rules apply -f ${word}${option}`;
}

/** The commands that replace a rule; where that cannot be spelt, one that shows it. */
function commandsFor(rule: PlacedRule, { code, advice, repairs, netns: { enter } }: RuleAdvice): string[] {
  const handle = rule.rule["handle"];
  const place = placeText(rule);
  if (typeof handle !== "number" || place === undefined) return [comment(`${rule.place}: ${advice}`)];

  const which = `${rule.place} (handle ${handle})`;
  const codes = repairs.codesOf(rule);
  const texts = isMendable(code, rule) ? textsOf(rule, mend(codes, rule)) : undefined;
  if (texts === undefined) {
    return [comment(sentence(`${which}: ${advice}`, remark(code, rule))), `${enter}nft -a list chain ${place}`];
  }
  const done = repairs.begin(code, rule.place);
  if (done !== undefined) return [comment(`the lines for ${done} mend ${which}, too`)];
  const { before, itself } = texts;
  const remarks = codes.filter((one) => isMendable(one, rule)).map((one) => remark(one, rule));
  return [
    comment(sentence(`${which}: ${advice}`, ...remarks)),
    ...(before === undefined ? [] : [`${enter}nft insert rule ${place} handle ${handle} ${shellWord(before)}`]),
    `${enter}nft replace rule ${place} handle ${handle} ${shellWord(itself)}`,
  ];
}

function sentence(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join("; ");
}

/** Names that nft's text cannot say are in no command. */
function placeText({ table, chain }: PlacedRule): string | undefined {
  const missed: Json[] = [];
  const words = [table.name, chain].map((word) => nameText(word, (piece) => `${missed.push(piece)}`));
  return missed.length > 0 ? undefined : [table.family, ...words].join(" ");
}

interface Texts {
  readonly before?: string;
  readonly itself: string;
}

function textsOf({ rule }: PlacedRule, mended: Mended | undefined): Texts | undefined {
  if (mended === undefined) return undefined;
  const { before, itself } = mended;
  const missed: Json[] = [];
  const textOf = (statements: Mended["itself"], more: object): string =>
    ruleText({ ...more, expr: statements.map(({ kind, value }) => ({ [kind]: value })) }, (piece) => {
      missed.push(piece);
      return "";
    });
  const told = rule["comment"] === undefined ? {} : { comment: rule["comment"] };
  const texts = {
    ...(before === undefined ? {} : { before: textOf(before, {}) }),
    itself: textOf(itself, told),
  };
  return missed.length > 0 || itself.length === 0 ? undefined : texts;
}
