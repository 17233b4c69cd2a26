import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { ADOPT_FLAG, RULES_FLAGS, templatePlaces } from "../../src/cli/rules-flags.ts";
import { checkWish, readWish } from "../../src/index.ts";

export default class RulesCheck extends NetlogCommand {
  static override summary = "Ask the kernel whether it would take the intent, and change nothing.";
  static override description =
    "Hands nft -c the very transaction that rules apply would, against the ruleset that is there. What the kernel refuses is said with the rule's place in the intent. Asking makes nft load the kernel modules that the rules need, and a module that is loaded binds rows that are NONE.";
  static override examples = [
    { description: "An intent.", command: "<%= config.bin %> rules check -f netlog.yaml" },
    { description: "In another namespace.", command: "<%= config.bin %> rules check -f netlog.yaml --netns blue" },
  ];
  static override flags = { ...RULES_FLAGS, ...ADOPT_FLAG, netns: READ_FLAGS.netns };

  async run(): Promise<{ readonly commands: number }> {
    const { flags } = await this.parse(RulesCheck);
    const templates = templatePlaces(flags.templates, this.config.root);
    const host = await this.openToRead({ netns: flags.netns, machine: undefined });
    const say = (line: string): void => this.say(line);
    const wish = await readWish(host, flags.file, { templates, say });
    const commands = await checkWish(host, wish, say, { isAdopting: flags.adopt });
    this.log(
      commands === 0
        ? "nothing to do: it is so already"
        : `the kernel takes it (${commands} ${commands === 1 ? "command" : "commands"})`,
    );
    return { commands };
  }
}
