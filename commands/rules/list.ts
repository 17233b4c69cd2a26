import { Flags } from "@oclif/core";
import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { renderRules } from "../../src/cli/rules-list-text.ts";
import { type LiveRule, listRules, watchRules } from "../../src/index.ts";

export default class RulesList extends NetlogCommand {
  static override summary = "List the log rules of ours that are live, with what they counted.";
  static override description =
    'Ours are those whose comment begins with "netlogctl:", in any table. A rule counts what passed its limits, so what it logged. Under --watch rates are counted since the look before; a counter that went down is counted from 0.';
  static override examples = [
    { description: "This namespace.", command: "<%= config.bin %> rules list" },
    { description: "How fast each rule logs.", command: "<%= config.bin %> rules list --watch --interval 5" },
    {
      description: "What each prefix logged so far.",
      command: "<%= config.bin %> rules list --json | jq -c '.[] | {prefix, packets}'",
    },
  ];
  static override flags = {
    netns: READ_FLAGS.netns,
    watch: Flags.boolean({
      char: "w",
      summary: "Show it with rates again whenever it changes; with --json, a line each time.",
    }),
    interval: Flags.integer({
      summary: "How often --watch looks, in seconds; 2 unless said.",
      helpValue: "SECONDS",
      min: 1,
      max: 86_400,
      dependsOn: ["watch"],
    }),
  };

  async run(): Promise<LiveRule[] | undefined> {
    const { flags } = await this.parse(RulesList);
    const host = await this.openToRead({ netns: flags.netns, machine: undefined });
    const intervalMs = (flags.interval ?? 2) * 1000;
    if (flags.watch) return await this.watch((signal) => watchRules(host, intervalMs, signal), renderRules);

    const rules = await listRules(host);
    this.log(renderRules(rules));
    return rules;
  }
}
