import { Flags } from "@oclif/core";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { chosenFiles, UNIT_ARGS, UNIT_FLAGS, unitWish } from "../../src/cli/unit-flags.ts";
import { openHost, renderService, type Service } from "../../src/index.ts";

export default class ServiceRender extends NetlogCommand {
  static override summary = "Print the systemd units of a service: restore, serve, capture or archive.";
  static override description =
    `A unit allows what the intent wants, and no more: the kernel log, a port for figures, the directory of a ring, the machines that are archived.

With a unit may come a timer, the directory that it keeps things in (tmpfiles.d) and the group that may read them (sysusers.d): each file stands behind a line with its path, unless there is one.`;
  static override examples = [
    { description: "Read it.", command: "<%= config.bin %> service render" },
    {
      description: "A file, for systemd-analyze security --offline=true to say how much the unit could do.",
      command: "<%= config.bin %> service render capture --only service > c.service",
    },
  ];
  static override args = UNIT_ARGS;
  static override flags = {
    ...UNIT_FLAGS,
    only: Flags.string({
      summary: "Only this file: the unit, its timer, its directory or its group.",
      options: ["service", "timer", "tmpfiles", "sysusers"],
    }),
  };

  async run(): Promise<Service["files"][0] & Service> {
    const { args, flags } = await this.parse(ServiceRender);
    const wish = unitWish(args.unit, flags, { program: this.program(), root: this.config.root });
    const service = await renderService(await openHost({}), wish);
    const files = chosenFiles(service, flags.only);
    const [first] = files;
    const texts = files.map(({ path, text }) => (files.length === 1 ? text : `# ${path}\n${text}`));
    this.log(texts.join("\n").trimEnd());
    this.tellNotes(service.notes);
    return { ...first, ...service, files };
  }
}
