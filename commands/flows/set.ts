import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../../src/cli/netlog-command.ts";
import { setFlowSettings } from "../../src/index.ts";

export default class FlowsSet extends NetlogCommand {
  static override summary = "Set what the kernel tells of flows: all that is named, or nothing.";
  static override description = `events=off|on|auto      whether events come; auto: while somebody listens (kernel 5.19)
acct=off|on             bytes and packets of a flow
timestamp=off|on        start, end and duration of a flow
log_invalid=off|all|P   log packets that conntrack calls invalid; P: tcp, udp, ...

The kernel's numbers are taken, too. log_invalid holds at once, the others for flows that begin afterwards; all of it in this network namespace, until the next boot.

To keep it for the boots to come, write net.netfilter.nf_conntrack_acct=1 and the like to /etc/sysctl.d/60-netlogctl.conf, and have nf_conntrack loaded before that is read: netlogctl module load nf_conntrack_netlink --persist.`;
  static override usage = ["flows set SETTING=VALUE..."];
  static override examples = [
    {
      description: "Have flows told with bytes, packets, start and duration.",
      command: "<%= config.bin %> flows set acct=on timestamp=on",
    },
    {
      description: "See what it would change in another namespace.",
      command: "<%= config.bin %> flows set events=on --netns blue --dry-run",
    },
    {
      description: "Log what conntrack calls invalid of TCP.",
      command: "<%= config.bin %> flows set log_invalid=tcp",
    },
  ];
  static override strict = false;
  static override flags = CHANGE_FLAGS;

  async run(): Promise<ChangeAnswer> {
    const { argv, flags } = await this.parse(FlowsSet);
    return await this.change(flags, (host, options) => setFlowSettings(host, argv as string[], options));
  }
}
