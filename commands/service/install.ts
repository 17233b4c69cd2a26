import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../../src/cli/netlog-command.ts";
import { UNIT_ARGS, UNIT_FLAGS, unitWish } from "../../src/cli/unit-flags.ts";
import { installService } from "../../src/index.ts";

export default class ServiceInstall extends NetlogCommand {
  static override summary =
    "Install and enable a systemd unit: what restores at boot what is persisted, or the log service.";
  static override description =
    "Writes /etc/systemd/system/netlogctl-restore.service, or netlogctl-serve.service, and enables it. It is not started: netlogctl restore does now what it will do at boot, systemctl start netlogctl-serve starts the log service.";
  static override examples = [
    {
      description: "Have what default log --persist and rules apply --persist keep restored at boot.",
      command: "<%= config.bin %> service install",
    },
    {
      description: "Have the log service run from the next boot on.",
      command: "<%= config.bin %> service install serve",
    },
  ];
  static override args = UNIT_ARGS;
  static override flags = { ...CHANGE_FLAGS, ...UNIT_FLAGS };

  async run(): Promise<ChangeAnswer> {
    const { args, flags } = await this.parse(ServiceInstall);
    const wish = unitWish(args.unit, flags, { program: this.program(), root: this.config.root });
    return await this.change(flags, (host, options) => installService(host, wish, options));
  }
}
