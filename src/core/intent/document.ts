import { Fault } from "../model/fault.ts";
import { applyCommand } from "../nft/command.ts";
import { isObject, type Json, type JsonObject } from "../nft/json.ts";
import { type Chain, emptyRuleset, type Ruleset } from "../nft/ruleset.ts";
import type { Lowered, LoweredRule } from "./lower.ts";
import type { Before } from "./rule-schema.ts";
import { spotsOf } from "./spots.ts";

/** Tells the user of what happens beside the answer. */
type Say = (line: string) => void;

/** One command of a document. */
type NftCommand = Readonly<{ add: JsonObject }> | Readonly<{ insert: JsonObject }>;

/** What nft is handed: `{ "nftables": [ { "add": ... }, ... ] }` (libnftables-json(5)). */
export interface NftDocument {
  readonly nftables: readonly NftCommand[];
}

/**
 * The document of a lowered intent: our tables, what stands in them, then every rule. Rules that stand `before:` another
 * need the ruleset that they are put into; it is left as it is.
 */
export function encodeDocument({ objects, rules }: Lowered, on: Ruleset | undefined, say: Say = () => {}): NftDocument {
  const placed = place(rules, new Chains(on, objects), say);
  return { nftables: [...objects.map((object) => ({ add: object })), ...placed] };
}

/** The ruleset that the intent alone makes. Rules that stand before another keep that wish as `before`. */
export function rulesetOf({ objects, rules }: Lowered): Ruleset {
  const ruleset = emptyRuleset();
  for (const object of objects) add(ruleset, object);
  for (const { position, rules: some } of inOrder(rules)) {
    const wish = typeof position === "object" ? { before: beforeText(position.before) } : {};
    for (const rule of some) {
      const command = { rule: { ...rule, ...wish } };
      if (position === "start") applyCommand(ruleset, "insert", command, "");
      else add(ruleset, command);
    }
  }
  return ruleset;
}

function add(ruleset: Ruleset, object: JsonObject): void {
  applyCommand(ruleset, "add", object, "");
}

/** What is inserted at the start stands in the end in the order of the intent, so it is inserted last one first. */
function inOrder(rules: readonly LoweredRule[]): LoweredRule[] {
  const first = rules.filter(({ position }) => position === "start").toReversed();
  const rest = rules.filter(({ position }) => position !== "start");
  return [...first.map((rule) => ({ ...rule, rules: rule.rules.toReversed() })), ...rest];
}

function place(rules: readonly LoweredRule[], chains: Chains, say: Say): NftCommand[] {
  return inOrder(rules).flatMap((lowered) => {
    const { position } = lowered;
    if (lowered.rules.length === 0) return []; // its default log is none
    if (typeof position === "object") return placeBefore(lowered, position.before, chains.get(lowered), say);
    return lowered.rules.map((rule) => {
      const held = chains.isOurs(rule) ? undefined : chains.find(rule, lowered);
      if (position === "start") held?.rules.unshift(rule);
      else held?.rules.push(rule);
      return position === "start" ? { insert: { rule } } : { add: { rule } };
    });
  });
}

/** The chains that rules are put into, as they will be when those before are in them. */
class Chains {
  readonly #on: Ruleset | undefined;
  readonly #own: ReadonlySet<string>;
  readonly #copies = new Map<string, Chain>();

  constructor(on: Ruleset | undefined, objects: readonly JsonObject[]) {
    this.#on = on;
    this.#own = new Set(
      objects.flatMap(({ table }) => (isObject(table) ? [`${table["family"]} ${table["name"]}`] : [])),
    );
  }

  isOurs(rule: JsonObject): boolean {
    return this.#own.has(`${rule["family"]} ${rule["table"]}`);
  }

  /** The chain that a rule goes into; undefined where no ruleset is known. One that is not in it is a fault. */
  find(rule: JsonObject, { where }: LoweredRule): Chain | undefined {
    const key = chainKey(rule);
    const copy = this.#copies.get(key);
    if (copy !== undefined || this.#on === undefined) return copy;
    const found = this.#on.tables.get(`${rule["family"]} ${rule["table"]}`)?.chains.get(String(rule["chain"]));
    if (found === undefined) {
      const remedy = "name a chain that is there: netlogctl makes none of its own outside its table";
      throw new Fault("not-found", `there is no chain ${chainKey(rule)}`, remedy, { where: where() });
    }
    const fresh = { head: found.head, rules: [...found.rules] };
    this.#copies.set(key, fresh);
    return fresh;
  }

  /** The same where it has to be known. */
  get(lowered: LoweredRule): Chain {
    const [rule = {}] = lowered.rules;
    const found = this.find(rule, lowered);
    if (found !== undefined) return found;
    throw new Fault(
      "bad-input",
      `where the rule goes depends on what stands in ${chainKey(rule)}, which is not known`,
      "name the ruleset that it is put into: --on live, or --on FILE with the output of nft -j list ruleset",
      { where: lowered.where() },
    );
  }
}

function chainKey(rule: JsonObject): string {
  return `${rule["family"]} ${rule["table"]} ${rule["chain"]}`;
}

/** Rules of a chain that a packet can be asked to pass. */
const RULES_MAX = 100_000;

function placeBefore(lowered: LoweredRule, before: Before, chain: Chain, say: Say): NftCommand[] {
  const { spots, left } = spotsOf(before, chain);
  const [first = {}] = lowered.rules;
  for (const index of left) {
    say(
      `note: rule ${lowered.name}: rule ${index + 1} of ${chainKey(first)} drops by a limit, a set or a map: it is not logged`,
    );
  }
  if (spots.length === 0) throw nothingThere(lowered, before);
  if (chain.rules.length + spots.length * lowered.rules.length > RULES_MAX) {
    const message = `${chainKey(first)} would have more than ${RULES_MAX} rules`;
    throw new Fault("bad-input", message, "put fewer rules before its drops", { where: lowered.where() });
  }
  let shift = 0;
  return spots.flatMap(({ index, conditions }) =>
    lowered.rules.map((rule) => {
      const placed = { ...rule, expr: [...conditions, ...(rule["expr"] as Json[])] };
      const at = index + shift;
      shift += 1;
      const isLast = at >= chain.rules.length;
      chain.rules.splice(at, 0, placed);
      return isLast ? { add: { rule: placed } } : { insert: { rule: { ...placed, index: at } } };
    }),
  );
}

/** What a rule wants to stand before, for people. */
function beforeText(before: Before): string {
  if (typeof before === "string") return before;
  return "handle" in before ? `handle ${before.handle}` : `comment ${JSON.stringify(before.comment)}`;
}

function nothingThere({ rules: [rule = {}], where }: LoweredRule, before: Before): Fault {
  return new Fault(
    "not-found",
    `there is nothing in ${chainKey(rule)} to stand before: ${beforeText(before)}`,
    "look with nft -a list ruleset, and name a rule by its comment or handle, or say at: end",
    { where: where() },
  );
}
