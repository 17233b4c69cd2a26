import { Flags } from "@oclif/core";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Wish } from "../core/model/revision.ts";
import { openHost } from "../host/open-host.ts";
import { applyPlan, applyWish, type RulesOptions } from "../verbs/apply-rules.ts";
import type { Outcome } from "../verbs/change-machine.ts";
import type { Guard } from "../verbs/guard.ts";
import { type ListedAhead, listAhead } from "../verbs/listed-ahead.ts";
import { planWish, type RulesPlan } from "../verbs/plan-rules.ts";
import { ask } from "./ask.ts";
import { parseSeconds } from "./duration.ts";
import { interruptible } from "./interruption.ts";
import { CHANGE_FLAGS, NetlogCommand } from "./netlog-command.ts";
import { type RulesPlanAnswer, renderRulesPlan, rulesPlanAnswer } from "./rules-plan-text.ts";
import { monotonicMs } from "./wait.ts";

/** What a command takes that changes rules. */
export const RULES_CHANGE_FLAGS = {
  netns: CHANGE_FLAGS.netns,
  "dry-run": CHANGE_FLAGS["dry-run"],
  "lock-timeout": CHANGE_FLAGS["lock-timeout"],
  persist: Flags.boolean({ summary: "Keep it for later boots: netlogctl restore applies it." }),
  "confirm-within": Flags.string({
    summary: "Take it back after this time unless netlogctl rules confirm comes first: 60s, 5m.",
    helpValue: "TIME",
  }),
  yes: Flags.boolean({ char: "y", summary: "Do not ask." }),
  replan: Flags.boolean({
    summary: "If the machine changes while you are asked, make a new plan and carry that out, instead of stopping.",
  }),
};

interface RulesChangeFlags {
  readonly netns: string | undefined;
  readonly "dry-run": boolean;
  readonly "lock-timeout": number;
  readonly persist: boolean;
  readonly adopt?: boolean;
  readonly "confirm-within": string | undefined;
  readonly yes: boolean;
  readonly replan: boolean;
}

/** What a command that changes rules answers under --json. */
export interface RulesChangeAnswer extends RulesPlanAnswer {
  readonly applied: boolean;
}

/** What the commands share that change rules: they show the plan, ask, and carry out that very plan. */
export abstract class RulesCommand extends NetlogCommand {
  /** @param wishOf is handed what begins to list the ruleset, for whoever has something to do beside it */
  protected async changeRules(
    flags: RulesChangeFlags,
    wishOf: (host: Host, beside: () => Promise<void>) => Promise<Wish>,
  ): Promise<RulesChangeAnswer> {
    const guard = this.#guardOf(flags["confirm-within"]);
    const host = await openHost({ netns: flags.netns });
    let ahead: ListedAhead | undefined;
    const beside = async (): Promise<void> => {
      ahead = await listAhead(host);
    };
    try {
      const wish = await wishOf(host, beside);
      const plan = { isPersisted: flags.persist, isAdopting: flags.adopt, ahead };
      if (flags["dry-run"]) return this.#tell(await planWish(host, wish, plan), "would change:");
      return await this.#change(host, wish, flags, { ...plan, guard });
    } finally {
      ahead?.end();
    }
  }

  async #change(
    host: Host,
    wish: Wish,
    flags: RulesChangeFlags,
    plan: Pick<RulesOptions, "isPersisted" | "isAdopting" | "ahead" | "guard">,
  ): Promise<RulesChangeAnswer> {
    const { guard } = plan;
    return await interruptible(async (signal) => {
      const say = (line: string): void => this.say(line);
      const options = {
        isDryRun: false,
        lockTimeoutMs: flags["lock-timeout"] * 1000,
        say,
        signal,
        ...plan,
      };
      const answer = flags.yes
        ? await this.#atOnce(host, wish, options)
        : await this.#asked(host, wish, flags, options);
      if (answer.applied && guard !== undefined) {
        this.say(`it is taken back in ${guard.withinSeconds} s unless you confirm it: netlogctl rules confirm`);
      }
      return answer;
    });
  }

  #guardOf(within: string | undefined): Guard | undefined {
    if (within === undefined) return undefined;
    const withinSeconds = parseSeconds(within);
    const { randomBytes } = process.getBuiltinModule("node:crypto"); // slow to load
    const id = randomBytes(8).toString("hex");
    return { withinSeconds, program: this.program(), id, monotonicMs };
  }

  async #atOnce(host: Host, wish: Wish, options: RulesOptions): Promise<RulesChangeAnswer> {
    let answer: RulesChangeAnswer | undefined;
    const onPlan = (planned: RulesPlan): void => {
      answer = this.#tell(planned, undefined, false);
    };
    const { isApplied } = await applyWish(host, wish, { ...options, onPlan });
    return { ...(answer as RulesChangeAnswer), applied: isApplied };
  }

  async #asked(host: Host, wish: Wish, flags: RulesChangeFlags, options: RulesOptions): Promise<RulesChangeAnswer> {
    const planned = await planWish(host, wish, options);
    const answer = this.#tell(planned, undefined);
    if (planned.plan.steps.length === 0) return answer;
    if (!(await ask("Apply this?", options.signal))) {
      throw new Fault("declined", "not applied: nothing was changed", "");
    }
    const { isApplied } = await this.#carryOut(host, wish, planned, flags.replan, options);
    return { ...answer, applied: isApplied };
  }

  async #carryOut(
    host: Host,
    wish: Wish,
    { plan }: RulesPlan,
    mayReplan: boolean,
    options: RulesOptions,
  ): Promise<Outcome> {
    try {
      return await applyPlan(host, wish, plan, options);
    } catch (error) {
      if (!mayReplan || !(error instanceof Fault) || error.code !== "changed") throw error;
      this.say(`${error.message}: carrying out a new plan`);
      return await applyWish(host, wish, { ...options, onPlan: (planned) => void this.#tell(planned, undefined) });
    }
  }

  /** Prints what a plan changes. */
  #tell(planned: RulesPlan, head: string | undefined, isWhole = true): RulesChangeAnswer {
    const text = renderRulesPlan(planned, isWhole);
    if (text === "")
      this.log(
        planned.plan.steps.length === 0
          ? "nothing to do: it is so already"
          : "nothing to do but to keep this as the new revision",
      );
    else if (head !== undefined) this.log(head);
    if (text !== "") this.log(text);
    this.tellNotes(planned.plan.notes);
    return { applied: false, ...rulesPlanAnswer(planned, this.jsonEnabled()) };
  }
}
