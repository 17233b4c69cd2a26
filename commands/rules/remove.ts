import { RULES_CHANGE_FLAGS, type RulesChangeAnswer, RulesCommand } from "../../src/cli/rules-command.ts";
import { NO_RULES } from "../../src/index.ts";

export default class RulesRemove extends RulesCommand {
  static override summary = "Take away what is ours, and nothing else: tables, and rules in chains of others.";
  static override description =
    "Bindings and the default log stay as they are. With --persist no later boot brings the rules back. rules rollback puts them back.";
  static override examples = [
    { description: "See what would go.", command: "<%= config.bin %> rules remove --dry-run" },
    { description: "Take it away, for later boots too.", command: "<%= config.bin %> rules remove --yes --persist" },
  ];
  static override flags = RULES_CHANGE_FLAGS;

  async run(): Promise<RulesChangeAnswer> {
    const { flags } = await this.parse(RulesRemove);
    return await this.changeRules(flags, async () => NO_RULES);
  }
}
