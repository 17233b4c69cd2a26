import { isObject, type Json, type JsonObject } from "../nft/json.ts";
import type { Chain, Table } from "../nft/ruleset.ts";
import { limitKindOf } from "./limit-view.ts";
import { type Statement, statementsOf } from "./rule-view.ts";

/** Hooks at which anybody who can send packets makes the rules run. */
const FLOOD_HOOKS = ["ingress", "prerouting", "input", "forward"];

/** What ends every packet's way through a chain, where nothing has to match before. */
const ENDINGS = new Set(["accept", "drop", "return", "reject", "goto"]);

/** A chain's rule, and what the rules before it leave of its packets. */
export interface Step {
  readonly rule: JsonObject;
  readonly statements: readonly Statement[];
  /** An earlier rule ends what is over a rate. */
  readonly isGuarded: boolean;
  /** An earlier rule ends every packet. */
  readonly isDead: boolean;
}

/** The rules of a chain in order. */
export function stepsOf({ rules }: Chain, table: Table): Step[] {
  let isGuarded = false;
  let isDead = false;
  return rules.map((rule) => {
    const statements = statementsOf(rule);
    const step = { rule, statements, isGuarded, isDead };
    const tests = statements.filter(({ kind }) => kind !== "counter" && kind !== "log" && kind !== "last");
    const isEnding = ENDINGS.has(tests.at(-1)?.kind ?? "");
    isDead ||= isEnding && tests.length === 1;
    const [test] = tests;
    isGuarded ||= isEnding && tests.length === 2 && test !== undefined && limitKindOf(test, table) === "over";
    return step;
  });
}

/** The chains that a flood reaches without having passed a limit, and the hook from which each of them is reached first. */
export function floodHooksOf(table: Table, steps: ReadonlyMap<string, readonly Step[]>): Map<string, string> {
  const entries = [...table.chains].map(([name, chain]) => [name, hookOf(name, chain)] as const);
  const reached = new Map(entries.filter(([, hook]) => FLOOD_HOOKS.includes(hook)));
  const targetsOfMap = new Map<string, readonly string[]>();
  // What is put into a map while it is walked comes in turn.
  for (const [name, hook] of reached) {
    const all = (steps.get(name) ?? []).flatMap((step) => unlimitedTargets(step, table, targetsOfMap));
    for (const target of all.filter((one) => !reached.has(one))) reached.set(target, hook);
  }
  return reached;
}

/** A chain that the file only adds to is taken for that hook's which it is called after. */
function hookOf(name: string, { head }: Chain): string {
  const hook = head?.["hook"];
  if (head === undefined) return name.toLowerCase();
  return typeof hook === "string" ? hook : "";
}

function unlimitedTargets(step: Step, table: Table, targetsOfMap: Map<string, readonly string[]>): readonly string[] {
  if (step.isDead || step.isGuarded) return [];
  const at = step.statements.findIndex(({ kind }) => kind === "jump" || kind === "goto" || kind === "vmap");
  const statement = step.statements[at];
  if (statement === undefined) return [];
  const isLimited = step.statements.slice(0, at).some((before) => limitKindOf(before, table) === "under");
  return isLimited ? [] : targetsOf(statement, table, targetsOfMap);
}

/**
 * The chains of its table to which a statement sends packets.
 * @param targetsOfMap those of maps that were looked at before
 */
export function targetsOf(
  { kind, value }: Statement,
  { objects }: Table,
  targetsOfMap: Map<string, readonly string[]>,
): readonly string[] {
  if (!isObject(value)) return [];
  if (kind !== "vmap") return targetOfVerdict({ [kind]: value });
  const { data = null } = value;
  if (typeof data !== "string") return targetsInSet(data);

  const name = data.slice(1);
  const targets = targetsOfMap.get(name) ?? targetsInSet({ set: objects.get(`map ${name}`)?.value["elem"] ?? [] });
  targetsOfMap.set(name, targets);
  return targets;
}

/** The chains to which the pairs of a verdict map lead. */
function targetsInSet(data: Json): string[] {
  const pairs = isObject(data) && Array.isArray(data["set"]) ? data["set"] : [];
  return pairs.flatMap((pair) => (Array.isArray(pair) ? targetOfVerdict(pair[1]) : []));
}

function targetOfVerdict(verdict: unknown): string[] {
  if (!isObject(verdict)) return [];
  const { jump, goto = jump } = verdict;
  return isObject(goto) && typeof goto["target"] === "string" ? [goto["target"]] : [];
}
