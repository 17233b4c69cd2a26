import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { renderModules } from "../../src/cli/status-text.ts";
import { listModules, type ModuleState } from "../../src/index.ts";

export default class ModuleList extends NetlogCommand {
  static override summary = "List the modules of netfilter logging: loaded, built in, available or absent.";
  static override description =
    "Each line says how that is known: a logger that is built in has no line in /proc/modules. Kernels before 5.13 have a module for each family; since then those names are aliases of nf_log_syslog.";
  static override examples = [{ description: "All of them.", command: "<%= config.bin %> module list" }];
  static override flags = READ_FLAGS;

  async run(): Promise<ModuleState[]> {
    const { flags } = await this.parse(ModuleList);
    const modules = await listModules(await this.openToRead(flags));
    this.log(renderModules(modules));
    return modules;
  }
}
