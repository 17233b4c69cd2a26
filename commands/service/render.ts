import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { renderService } from "../../src/index.ts";

export default class ServiceRender extends NetlogCommand {
  static override summary = "Print the systemd unit that restores the default log at boot.";
  static override examples = [
    { description: "Read it.", command: "<%= config.bin %> service render" },
    {
      description: "A file, for systemd-analyze security --offline=true to say how much the unit could do.",
      command: "<%= config.bin %> service render > netlogctl-restore.service",
    },
  ];

  async run(): Promise<{ name: string; path: string; text: string }> {
    await this.parse(ServiceRender);
    const unit = renderService(this.program());
    this.log(unit.text.trimEnd());
    return unit;
  }
}
