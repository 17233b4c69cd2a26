import { Fault } from "../model/fault.ts";
import { applyCommand } from "../nft/command.ts";
import { isObject, type Json, type JsonObject, soleEntry } from "../nft/json.ts";
import { type Chain, emptyRuleset, type Ruleset } from "../nft/ruleset.ts";
import type { Lowered, LoweredRule } from "./lower.ts";
import type { Before } from "./rule-schema.ts";

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
export function encodeDocument({ objects, rules }: Lowered, on: Ruleset | undefined): NftDocument {
  const placed = place(rules, on);
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

function place(rules: readonly LoweredRule[], on: Ruleset | undefined): NftCommand[] {
  const chains = new Chains(on);
  return inOrder(rules).flatMap((lowered) => {
    const { position } = lowered;
    if (typeof position === "object") return placeBefore(lowered, position.before, chains.get(lowered));
    return lowered.rules.map((rule) => {
      const held = chains.find(rule);
      if (position === "start") held?.rules.unshift(rule);
      else held?.rules.push(rule);
      return position === "start" ? { insert: { rule } } : { add: { rule } };
    });
  });
}

/** The chains that rules are put into, as they will be when those before are in them. */
class Chains {
  readonly #on: Ruleset | undefined;
  readonly #copies = new Map<string, Chain>();

  constructor(on: Ruleset | undefined) {
    this.#on = on;
  }

  /** The chain that a rule goes into; undefined where it is not known. */
  find(rule: JsonObject): Chain | undefined {
    const key = chainKey(rule);
    const copy = this.#copies.get(key);
    if (copy !== undefined) return copy;
    const found = this.#on?.tables.get(`${rule["family"]} ${rule["table"]}`)?.chains.get(String(rule["chain"]));
    if (found !== undefined) this.#copies.set(key, { head: found.head, rules: [...found.rules] });
    return this.#copies.get(key);
  }

  /** The same where it has to be known. */
  get({ rules: [rule = {}], where }: LoweredRule): Chain {
    const found = this.find(rule);
    if (found !== undefined) return found;
    if (this.#on === undefined) {
      throw new Fault(
        "bad-input",
        `where the rule goes depends on what stands in ${chainKey(rule)}, which is not known`,
        "name the ruleset that it is put into: --on live, or --on FILE with the output of nft -j list ruleset",
        { where: where() },
      );
    }
    const remedy = "name a chain that is there: netlogctl makes none of its own outside its table";
    throw new Fault("not-found", `there is no chain ${chainKey(rule)}`, remedy, { where: where() });
  }
}

function chainKey(rule: JsonObject): string {
  return `${rule["family"]} ${rule["table"]} ${rule["chain"]}`;
}

/** A place before a rule of the chain, and the conditions that are taken over from it. */
interface Spot {
  /** Before the chain's rule of this index; its length is the end. */
  readonly index: number;
  readonly conditions: readonly Json[];
}

function placeBefore(lowered: LoweredRule, before: Before, chain: Chain): NftCommand[] {
  const spots = spotsOf(before, chain);
  if (spots.length === 0) throw nothingThere(lowered, before);
  let shift = 0;
  return spots.flatMap(({ index, conditions }) =>
    lowered.rules.map((rule) => {
      const placed = { ...rule, expr: [...conditions, ...(rule["expr"] as Json[])] };
      const at = index + shift;
      shift += 1;
      if (at >= chain.rules.length) {
        chain.rules.push(placed);
        return { add: { rule: placed } };
      }
      chain.rules.splice(at, 0, placed);
      return { insert: { rule: { ...placed, index: at } } };
    }),
  );
}

function spotsOf(before: Before, { head, rules }: Chain): Spot[] {
  if (typeof before === "object") {
    const isIt = (rule: JsonObject): boolean =>
      "handle" in before ? rule["handle"] === before.handle : rule["comment"] === before.comment;
    const index = rules.findIndex(isIt);
    return index === -1 ? [] : [{ index, conditions: [] }];
  }
  const spots = rules.flatMap((rule, index) => {
    const statements = Array.isArray(rule["expr"]) ? (rule["expr"] as Json[]) : [];
    const gives = statements.some((statement) => isObject(statement) && Object.hasOwn(statement, before));
    return gives ? [{ index, conditions: statements.filter((one) => soleEntry(one)?.[0] === "match") }] : [];
  });
  const isLast = spots.at(-1)?.conditions.length === 0;
  const isPolicy = before === "drop" && head?.["policy"] === "drop";
  return isPolicy && !isLast ? [...spots, { index: rules.length, conditions: [] }] : spots;
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
