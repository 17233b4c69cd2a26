import { renderHistory } from "../../src/cli/history-text.ts";
import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { type HistoryEntry, readHistory } from "../../src/index.ts";

export default class RulesHistory extends NetlogCommand {
  static override summary = "List what was applied, the newest first.";
  static override description =
    "The last 32 are kept. rules diff rev:2 rev:3 compares two, rules diff rev:3 live one with what is there, rules rollback 2 goes back.";
  static override examples = [{ description: "All that are kept.", command: "<%= config.bin %> rules history" }];
  static override flags = { netns: READ_FLAGS.netns };

  async run(): Promise<HistoryEntry[]> {
    const { flags } = await this.parse(RulesHistory);
    const host = await this.openToRead({ netns: flags.netns, machine: undefined });
    const entries = await readHistory(host);
    this.log(renderHistory(entries));
    return entries;
  }
}
