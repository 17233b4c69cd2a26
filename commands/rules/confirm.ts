import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../../src/cli/netlog-command.ts";
import { confirmPending } from "../../src/index.ts";

export default class RulesConfirm extends NetlogCommand {
  static override summary = "Keep what rules apply --confirm-within made.";
  static override description =
    "Nothing is taken back any more. With --persist, it is kept for later boots from now on.";
  static override examples = [{ description: "It is as it should be.", command: "<%= config.bin %> rules confirm" }];
  static override flags = { netns: CHANGE_FLAGS.netns, "lock-timeout": CHANGE_FLAGS["lock-timeout"] };

  async run(): Promise<ChangeAnswer> {
    const { flags } = await this.parse(RulesConfirm);
    return await this.change({ ...flags, machine: undefined, "dry-run": false }, confirmPending);
  }
}
