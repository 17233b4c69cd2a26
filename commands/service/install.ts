import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../../src/cli/netlog-command.ts";
import { installService } from "../../src/index.ts";

export default class ServiceInstall extends NetlogCommand {
  static override summary = "Install and enable the systemd unit that restores the default log at boot.";
  static override description =
    "Writes /etc/systemd/system/netlogctl-restore.service and enables it. It is not started: netlogctl restore does now what it will do at boot.";
  static override examples = [
    {
      description: "Have what default log --persist and rules apply --persist keep restored at boot.",
      command: "<%= config.bin %> service install",
    },
  ];
  static override flags = CHANGE_FLAGS;

  async run(): Promise<ChangeAnswer> {
    const { flags } = await this.parse(ServiceInstall);
    const program = this.program();
    return await this.change(flags, (host, options) => installService(host, program, options));
  }
}
