import { Flags } from "@oclif/core";
import { renderForecast } from "../../src/cli/forecast-text.ts";
import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { ADOPT_FLAG, RULES_FLAGS, templatePlaces } from "../../src/cli/rules-flags.ts";
import { type RulesPlanAnswer, renderRulesPlan, rulesPlanAnswer } from "../../src/cli/rules-plan-text.ts";
import { type Forecast, forecastPlan, isPending, planWish, readWish } from "../../src/index.ts";

export default class RulesPreview extends NetlogCommand {
  static override summary = "Show what rules apply would change, and change nothing.";
  static override description =
    "The rules as a diff in nft's words, then modules, bindings and files, before -> after. Then how much will be logged, by prefix: what rules of that name count now, and the worst case that their limits allow. With --json it is the plan as a value.";
  static override examples = [
    { description: "What an intent would change.", command: "<%= config.bin %> rules preview -f netlog.yaml" },
    {
      description: "Whether anything would change.",
      command: "<%= config.bin %> rules preview --json | jq -e '.plan.steps == []'",
    },
  ];
  static override flags = {
    ...RULES_FLAGS,
    ...ADOPT_FLAG,
    netns: READ_FLAGS.netns,
    sample: Flags.integer({
      summary: "For how long counters are watched for the forecast, in seconds; 0 leaves that out.",
      helpValue: "SECONDS",
      default: 1,
      min: 0,
      max: 3600,
    }),
  };

  async run(): Promise<RulesPlanAnswer & { readonly forecast: Forecast | null }> {
    const { flags } = await this.parse(RulesPreview);
    const templates = templatePlaces(flags.templates, this.config.root);
    const host = await this.openToRead({ netns: flags.netns, machine: undefined });
    if (await isPending(host)) this.say("note: a change awaits confirmation: until then rules apply is refused");
    const wish = await readWish(host, flags.file, { templates, say: (line) => this.say(line) });
    const planned = await planWish(host, wish, { isAdopting: flags.adopt });
    this.log(renderRulesPlan(planned) || "nothing to do: it is so already");
    const forecast = await forecastPlan(host, planned, flags.sample);
    if (forecast !== undefined && forecast.rows.length > 0) this.log(`\n${renderForecast(forecast)}`);
    this.tellNotes(planned.plan.notes);
    return { ...rulesPlanAnswer(planned, this.jsonEnabled()), forecast: forecast ?? null };
  }
}
