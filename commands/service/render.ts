import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { UNIT_ARGS, UNIT_FLAGS, unitWish } from "../../src/cli/unit-flags.ts";
import { openHost, renderService } from "../../src/index.ts";

export default class ServiceRender extends NetlogCommand {
  static override summary = "Print a systemd unit: what restores at boot what is persisted, or the log service.";
  static override description =
    "The unit of the log service allows what its intent wants, and no more: the kernel log, a port for figures.";
  static override examples = [
    { description: "Read it.", command: "<%= config.bin %> service render" },
    {
      description: "A file, for systemd-analyze security --offline=true to say how much the unit could do.",
      command: "<%= config.bin %> service render serve > netlogctl-serve.service",
    },
  ];
  static override args = UNIT_ARGS;
  static override flags = UNIT_FLAGS;

  async run(): Promise<{ name: string; path: string; text: string }> {
    const { args, flags } = await this.parse(ServiceRender);
    const wish = unitWish(args.unit, flags, { program: this.program(), root: this.config.root });
    const unit = await renderService(await openHost({}), wish);
    this.log(unit.text.trimEnd());
    return unit;
  }
}
