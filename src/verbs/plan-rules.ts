import { resolve } from "node:path";
import type { DefaultLog } from "../core/model/default-log.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import { intentOf, type Machine } from "../core/model/machine.ts";
import type { Wish } from "../core/model/revision.ts";
import { encodeRuleset, type Ruleset } from "../core/nft/ruleset.ts";
import { ownOf, refuseForeign } from "../core/ours/own-tables.ts";
import { rulesOfIntent } from "../core/ours/put-rules.ts";
import type { OwnTables } from "../core/ours/scope.ts";
import { type PlannedRules, planRules, type RulesFound, refuseContradiction } from "../core/plan/rules-plan.ts";
import type { ListedAhead } from "./listed-ahead.ts";
import { readAroundOurs } from "./live-rules.ts";
import { persistSteps } from "./persisted-rules.ts";
import { readObeyed } from "./read-input.ts";
import { readMachine } from "./read-machine.ts";
import { readCurrent, revisionPath } from "./revisions.ts";
import { formOf, type SourceOptions, understandIntent } from "./rule-source.ts";
import { readTextWithDefault } from "./text-with-default.ts";

/** A plan of rules, with the ruleset that it was made from. */
export interface RulesPlan extends PlannedRules {
  readonly live: Ruleset;
  readonly own: OwnTables;
  readonly wish: Wish;
  /** What rules that name no destination are lowered by. */
  readonly defaultLog: DefaultLog;
}

interface WishOptions extends SourceOptions {
  /** Begins what can be done beside the understanding of a long file. */
  readonly beside?: () => Promise<void>;
}

/** From that on, to understand a file takes longer than to begin something beside it. */
const LONG_BYTES = 64 * 1024;

/** What a file wishes: an intent, or nft's text with a default log in it. */
export async function readWish(host: Host, name: string, options: WishOptions): Promise<Wish> {
  const input = await readObeyed(host, name, "check the path (-f FILE); netlogctl rules init drafts an intent");
  if (input.text.length >= LONG_BYTES) await options.beside?.();
  const title = `apply ${input.source}`;
  switch (formOf(input)) {
    case "intent": {
      const { intent, compiled } = await understandIntent(host, input, options);
      const { defaultLog, allNetns = null } = intent;
      const isFile = input.revision === undefined && name !== "-";
      const rules = rulesOfIntent(intent, compiled, isFile ? resolve(name) : undefined);
      return { title, wanted: defaultLog, allNetns, rules };
    }
    case "text": {
      const { defaultLog, ruleset, sentinel, notes } = await readTextWithDefault(host, input, options.say);
      for (const note of notes) options.say(`note: ${note}`);
      const { nftables } = encodeRuleset(ruleset);
      return { title, wanted: defaultLog, allNetns: null, rules: { form: "text", nftables, sentinel } };
    }
    case "json":
      throw new Fault(
        "bad-input",
        `${input.source} is JSON of nft's, in which log statements cannot say that they want the default`,
        "give an intent, or nft's text: netlogctl rules convert -f FILE --to nft",
      );
  }
}

export interface PlanOptions {
  /** The machine, where it was just read. */
  readonly machine?: Machine;
  /** Keep it for later boots. */
  readonly isPersisted?: boolean | undefined;
  /** Take over tables that are there already and were not made by us. */
  readonly isAdopting?: boolean | undefined;
  /** A listing of the ruleset that was begun before. */
  readonly ahead?: ListedAhead | undefined;
}

/** Plans what is wished on the machine as it is. */
export async function planWish(
  host: Host,
  wish: Wish,
  { machine: given, isPersisted = false, isAdopting = false, ahead }: PlanOptions = {},
): Promise<RulesPlan> {
  const machine = given ?? (await readMachine(host));
  refuseContradiction(machine, wish);
  const found = await readFound(host, machine, wish, ahead);
  if (!isAdopting) refuseForeign(found, wish);
  const { plan, comparison } = planRules(machine, found, wish);
  const persisting = isPersisted ? await persistSteps(host, machine, wish) : [];
  return {
    plan: { ...plan, steps: [...plan.steps, ...persisting] },
    comparison,
    live: found.live,
    own: ownOf(found, wish.rules),
    wish,
    defaultLog: { ...intentOf(machine), ...wish.wanted },
  };
}

/** What a plan of rules is made from beside the machine. */
export async function readFound(
  host: Host,
  { namespace }: Machine,
  { rules }: Pick<Wish, "rules">,
  ahead?: ListedAhead,
): Promise<RulesFound> {
  const current = await readCurrent(host, namespace);
  const live = await readAroundOurs(host, ownOf({ current }, rules), ahead);
  return { live, current, pathOf: (number) => revisionPath(namespace, number), now: new Date().toISOString() };
}
