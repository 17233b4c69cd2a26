import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { renderTable } from "../../src/cli/table.ts";
import { type FlowSettingRow, showFlowSettings } from "../../src/index.ts";

export default class FlowsSettings extends NetlogCommand {
  static override summary = "Show the settings that events of flows depend on.";
  static override description =
    "They are nf_conntrack_events, nf_conntrack_acct, nf_conntrack_timestamp and nf_conntrack_log_invalid; each network namespace has its own.";
  static override examples = [
    { description: "Each setting, and what it means.", command: "<%= config.bin %> flows settings" },
    {
      description: "Setting and value of each, for a script.",
      command: "<%= config.bin %> flows settings --json | jq -c '.[] | {setting, value}'",
    },
  ];
  static override flags = READ_FLAGS;

  async run(): Promise<FlowSettingRow[]> {
    const { flags } = await this.parse(FlowsSettings);
    const rows = await showFlowSettings(await this.openToRead(flags));
    const cells = rows.map(({ setting, value, meaning, effect }) => [setting, String(value ?? "-"), meaning, effect]);
    this.log(renderTable(["SETTING", "VALUE", "MEANING", "WHAT IT IS FOR FLOWS"], cells));
    return rows;
  }
}
