import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../../src/cli/netlog-command.ts";
import { UNIT_ARGS, UNIT_FLAGS, unitWish } from "../../src/cli/unit-flags.ts";
import { installService } from "../../src/index.ts";

export default class ServiceInstall extends NetlogCommand {
  static override summary = "Install and enable the units of a service: restore, serve, capture or archive.";
  static override description =
    `Writes /etc/systemd/system/netlogctl-NAME.service and enables it: restore, at boot, what is persisted; serve, the log service; capture, the ring of captures; archive, every night, by a timer (netlogctl-archive.timer), also if the machine was off.

With serve and capture comes a user netlogctl as whom they run, with CAP_NET_ADMIN, and a group of that name, whose users may read the ring (sysusers.d); with capture the ring's directory (tmpfiles.d); with archive the directory of the vault, if that is here, for root alone. A directory that is there already gets these rights, too. Where the intent has keep: or max-size:, archive prune follows each archive pull.

Nothing is started: netlogctl restore does now what it will do at boot, systemctl start starts the others.`;
  static override examples = [
    {
      description: "Have what default log --persist and rules apply --persist keep restored at boot.",
      command: "<%= config.bin %> service install",
    },
    {
      description: "Have the log service run from the next boot on.",
      command: "<%= config.bin %> service install serve",
    },
    {
      description: "Have the day archived at night.",
      command: "<%= config.bin %> service install archive",
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
