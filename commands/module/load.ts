import { Flags } from "@oclif/core";
import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../../src/cli/netlog-command.ts";
import { loadModules } from "../../src/index.ts";

export default class ModuleLoad extends NetlogCommand {
  static override summary = "Load modules of netfilter logging.";
  static override description =
    "Whether a module is loaded is read from the kernel, not from modprobe's exit code. Loading nf_log_syslog makes the kernel bind every row that is NONE, in all namespaces: it is said which.";
  static override usage = ["module load NAME... [--persist]"];
  static override examples = [
    { description: "Load what NFLOG needs.", command: "<%= config.bin %> module load nfnetlink_log" },
    {
      description: "At each boot too (/etc/modules-load.d/netlogctl.conf).",
      command: "<%= config.bin %> module load nf_log_syslog nfnetlink_log --persist",
    },
  ];
  static override strict = false;
  static override flags = {
    ...CHANGE_FLAGS,
    persist: Flags.boolean({ summary: "Load them at each boot too: /etc/modules-load.d/netlogctl.conf." }),
  };

  async run(): Promise<ChangeAnswer> {
    const { argv, flags } = await this.parse(ModuleLoad);
    return await this.change(flags, (host, options) => loadModules(host, argv as string[], flags.persist, options));
  }
}
