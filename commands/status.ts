import { Flags } from "@oclif/core";
import { NetlogCommand, READ_FLAGS } from "../src/cli/netlog-command.ts";
import { renderStatus } from "../src/cli/status-text.ts";
import { readStatus, type Status, watchStatus } from "../src/index.ts";

export default class StatusCommand extends NetlogCommand {
  static override summary = "Show loggers, default log, modules, NFLOG groups and who listens on one page.";
  static override description =
    "What is wrong stands on top, each with its remedy. It exits with 0 also when something is wrong: read .problems of --json in a script.";
  static override examples = [
    { description: "This namespace.", command: "<%= config.bin %> status" },
    {
      description: "Another one, again whenever something changes.",
      command: "<%= config.bin %> status --netns blue --watch",
    },
    {
      description: "Fail if anything is wrong.",
      command: "<%= config.bin %> status --json | jq -e '.problems == []'",
    },
  ];
  static override flags = {
    ...READ_FLAGS,
    watch: Flags.boolean({ char: "w", summary: "Show it again whenever it changes; with --json, a line each time." }),
    interval: Flags.integer({
      summary: "How often --watch looks, in seconds; 2 unless said.",
      helpValue: "SECONDS",
      min: 1,
      max: 86_400,
      dependsOn: ["watch"],
    }),
  };

  async run(): Promise<Status | undefined> {
    const { flags } = await this.parse(StatusCommand);
    const host = await this.openToRead(flags);
    const intervalMs = (flags.interval ?? 2) * 1000;
    if (flags.watch) return await this.watch((signal) => watchStatus(host, intervalMs, signal), renderStatus);

    const status = await readStatus(host);
    this.log(renderStatus(status));
    return status;
  }
}
