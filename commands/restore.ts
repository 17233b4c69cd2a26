import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../src/cli/netlog-command.ts";
import { restore } from "../src/index.ts";

export default class Restore extends NetlogCommand {
  static override summary = "Go back to what is persisted, as at boot.";
  static override description =
    "Applies /etc/netlogctl/default-log.nft (of a named namespace: /etc/netns/NAME/netlogctl/default-log.nft) and forgets the default log of this boot. Families that the file does not name keep their binding. Applies the rules that rules apply --persist kept in /etc/netlogctl/rules.json, too; those for chains of others that are not there yet are left out, and said.";
  static override examples = [
    { description: "What the unit of netlogctl service install runs.", command: "<%= config.bin %> restore" },
    { description: "See what it would change.", command: "<%= config.bin %> restore --dry-run" },
  ];
  static override flags = CHANGE_FLAGS;

  async run(): Promise<ChangeAnswer> {
    const { flags } = await this.parse(Restore);
    return await this.change(flags, restore);
  }
}
