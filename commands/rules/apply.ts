import { RULES_CHANGE_FLAGS, type RulesChangeAnswer, RulesCommand } from "../../src/cli/rules-command.ts";
import { ADOPT_FLAG, RULES_FLAGS, templatePlaces } from "../../src/cli/rules-flags.ts";
import { readWish } from "../../src/index.ts";

export default class RulesApply extends RulesCommand {
  static override summary = "Make the machine log what the intent says: all of it or nothing.";
  static override description =
    "Shows the plan and asks, then carries out that very plan: rules in one transaction of nft, modules, bindings and the default log with it. Rules that do not change keep their handles and counters. What was made is read back and compared; a difference, an error or a signal undoes everything. If the machine changed while you were asked, it says what changed and stops. Each apply is kept as a revision.\n\n--confirm-within arms a way back before anything is changed. It does not depend on the terminal, the session or the parent process, and covers rules and bindings; what somebody else has changed by then is left.";
  static override examples = [
    { description: "Look, be asked, apply.", command: "<%= config.bin %> rules apply -f netlog.yaml" },
    {
      description: "From afar: back to what was unless netlogctl rules confirm is said within a minute.",
      command: "<%= config.bin %> rules apply -f netlog.yaml --yes --confirm-within 60s",
    },
    { description: "For the boots to come, too.", command: "<%= config.bin %> rules apply --yes --persist" },
  ];
  static override flags = { ...RULES_FLAGS, ...ADOPT_FLAG, ...RULES_CHANGE_FLAGS };

  async run(): Promise<RulesChangeAnswer> {
    const { flags } = await this.parse(RulesApply);
    const templates = templatePlaces(flags.templates, this.config.root);
    const say = (line: string): void => this.say(line);
    return await this.changeRules(flags, (host, beside) => readWish(host, flags.file, { templates, say, beside }));
  }
}
