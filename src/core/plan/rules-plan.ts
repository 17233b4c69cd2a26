import type { Comparison } from "../diff/changes.ts";
import { isAllSame } from "../diff/compare.ts";
import { lineOf } from "../diff/words.ts";
import { type DefaultLog, destinationText, entriesOf, sameDestination } from "../model/default-log.ts";
import { FAMILY_NUMBERS, isFamily } from "../model/family.ts";
import { Fault } from "../model/fault.ts";
import { NFNETLINK_LOG, SYSLOG_LOGGERS } from "../model/logger.ts";
import { intentOf, type Machine } from "../model/machine.ts";
import type { Ours } from "../model/ours.ts";
import type { Plan, Step } from "../model/plan.ts";
import { REVISION_FORMAT, type Revision, type RevisionRules, type Wish } from "../model/revision.ts";
import { isObject, type JsonObject } from "../nft/json.ts";
import type { Ruleset } from "../nft/ruleset.ts";
import { compareScoped, oursOf } from "../ours/ours.ts";
import { ownOf } from "../ours/own-tables.ts";
import { putRules } from "../ours/put-rules.ts";
import { refuseNeighbours } from "../ours/refuse-neighbours.ts";
import { markedChains, type OwnTables, withoutOurs } from "../ours/scope.ts";
import { bindSteps, joinSteps, type Target } from "./bind-steps.ts";
import { planDefaultLog } from "./default-log-plan.ts";
import { fileStep } from "./file-step.ts";

/** What a change of rules is decided on, beside the machine. */
export interface RulesFound {
  readonly live: Ruleset;
  /** What was applied last. */
  readonly current: Revision | undefined;
  /** The path of a revision's file. */
  readonly pathOf: (number: number) => string;
  /** The time, as ISO 8601. */
  readonly now: string;
}

/** A plan of rules, and how the rules differ from those that it makes. */
export interface PlannedRules {
  readonly plan: Plan;
  readonly comparison: Comparison;
}

/** The plan that makes the machine log what is wished: modules, rules in one transaction, bindings, and the revision. */
export function planRules(machine: Machine, found: RulesFound, wish: Wish): PlannedRules {
  const defaultLog = { ...intentOf(machine), ...wish.wanted };
  const notes: string[] = [];
  const own = ownOf(found, wish.rules);
  const wanted = putRules(withoutOurs(found.live, own), wish.rules, defaultLog, (line) => notes.push(line));
  refuseNeighbours(found.live, wanted, own);

  const ours = oursOf(wanted, own);
  const tables = compareScoped(found.live, wanted, own);
  const rules = isAllSame(tables) ? [] : [rulesStep(oursOf(found.live, own), ours)];
  const settings = settingSteps(machine, wish);
  const steps = joinSteps(loadSteps(machine, ours), settings.loads, rules, settings.rest);
  const isKept = steps.length === 0 && sameRules(found.current?.rules, wish.rules);
  const plan: Plan = {
    title: wish.title,
    steps: isKept ? [] : [...steps, revisionStep(found, wish, defaultLog)],
    madeFrom: madeFrom(found.live, wanted, own),
    notes: [...notes, ...settings.notes],
  };
  return { plan, comparison: { settings: [], tables } };
}

function rulesStep(before: Ours, after: Ours): Step {
  return { change: { do: "write-rules", ours: after }, undo: { do: "write-rules", ours: before } };
}

interface Settings {
  readonly loads: readonly Step[];
  readonly rest: readonly Step[];
  readonly notes: readonly string[];
}

/** What the wish says beside rules: the default log, and the switch for other namespaces. */
function settingSteps(machine: Machine, { wanted, allNetns }: Wish): Settings {
  const { steps, notes } =
    entriesOf(wanted).length === 0 ? { steps: [], notes: [] } : planDefaultLog(machine, wanted, false);
  const isLoad = ({ change }: Step): boolean => change.do === "load-module";
  return {
    loads: steps.filter(isLoad),
    rest: [...steps.filter((step) => !isLoad(step)), ...allNetnsSteps(machine, allNetns)],
    notes,
  };
}

function allNetnsSteps({ allNetns }: Machine, wanted: boolean | null): Step[] {
  if (wanted === null) return [];
  if (allNetns === undefined) {
    throw new Fault(
      "not-supported",
      "all-netns: nf_log_all_netns exists in the initial network namespace only, and this is another one",
      "leave all-netns out of this intent, and set it there: netlogctl netns allow",
    );
  }
  if (wanted === (allNetns !== 0)) return [];
  return [{ change: { do: "set-all-netns", value: wanted ? 1 : 0 }, undo: { do: "set-all-netns", value: allNetns } }];
}

/** nft loads what a log statement needs by itself, which makes the kernel bind rows that are NONE: we load it, and keep them. */
function loadSteps(machine: Machine, ours: Ours): Step[] {
  const rules = [
    ...ours.objects.flatMap(({ rule }) => (isObject(rule) ? [rule] : [])),
    ...ours.placed.flatMap((group) => group.rules),
  ];
  const needed = new Map<string, Target[]>();
  for (const rule of rules) {
    for (const isGroup of destinationsOf(rule)) {
      const key = `${rule["family"]} ${isGroup}`;
      if (!needed.has(key)) needed.set(key, targetsOf(String(rule["family"]), isGroup));
    }
  }
  return bindSteps(machine, [], [...needed.values()].flat());
}

/** Whether log statements of a rule are for a group, each; those of audit need no logger. */
function destinationsOf({ expr }: JsonObject): boolean[] {
  const logs = (Array.isArray(expr) ? (expr as readonly unknown[]) : []).filter(
    (statement) => isObject(statement) && statement["log"] !== undefined,
  ) as { log: unknown }[];
  const said = logs.map(({ log }) => (isObject(log) ? log : {}));
  return said.filter(({ level }) => level !== "audit").map(({ group }) => group !== undefined);
}

function targetsOf(name: string, isGroup: boolean): Target[] {
  const families = name === "inet" ? (["ip", "ip6"] as const) : [name].filter(isFamily);
  return families.map((family) => ({
    row: FAMILY_NUMBERS[family],
    logger: isGroup ? NFNETLINK_LOG : SYSLOG_LOGGERS[family],
  }));
}

/** One default log for one family: what the intent says may not be undone by what restore applies at boot. */
export function refuseContradiction({ persisted }: Machine, { wanted, title }: Wish): void {
  for (const [family, destination] of entriesOf(wanted)) {
    const kept = persisted.defaultLog[family];
    if (kept === undefined || sameDestination(kept, destination)) continue;
    throw new Fault(
      "bad-input",
      `default-log: ${family} would be ${destinationText(destination)} (${title}), and is ${destinationText(kept)} in ${persisted.path}`,
      `leave it out of the intent, or make both one: netlogctl default log ${family} ${destinationText(destination)} --persist`,
    );
  }
}

/** Whether both are the same rules, wherever they were written. */
export function sameRules(a: RevisionRules | undefined, b: RevisionRules): boolean {
  if (a === undefined) return b.form === "none";
  const text = (rules: RevisionRules): string =>
    JSON.stringify(
      rules.form === "intent" ? { ...rules, file: undefined, rules: rules.rules.map(withoutAccept) } : rules,
    );
  return text(a) === text(b);
}

function withoutAccept({ document }: { readonly document: object }): object {
  return "accept" in document ? { ...document, accept: undefined } : document;
}

function revisionStep({ current, pathOf, now }: RulesFound, wish: Wish, defaultLog: DefaultLog): Step {
  const number = (current?.number ?? 0) + 1;
  const revision: Revision = { netlogctl: REVISION_FORMAT, number, time: now, ...wish, defaultLog };
  return fileStep(pathOf(number), null, `${JSON.stringify(revision)}\n`);
}

/** The chains of others that our rules go into or leave, as they are: a plan made from them holds for no others. */
function madeFrom(live: Ruleset, wanted: Ruleset, own: OwnTables): NonNullable<Plan["madeFrom"]> {
  const touched = new Set([...markedChains(live, own), ...markedChains(wanted, own)]);
  return [...touched].map((chain) => ({ chain, rules: linesOfChain(live, chain) }));
}

/** The rules of a chain in nft's words, without what they have counted. */
export function linesOfChain({ tables }: Ruleset, path: string): string[] {
  const [family = "", table = "", chain = ""] = path.split(" ");
  return (tables.get(`${family} ${table}`)?.chains.get(chain)?.rules ?? []).map(lineOf);
}
