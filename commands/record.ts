import { Args, Flags } from "@oclif/core";
import { NetlogCommand, READ_FLAGS } from "../src/cli/netlog-command.ts";
import { renderRecorded } from "../src/cli/record-text.ts";
import { openRecorder, type Recorded, recordMachine } from "../src/index.ts";

export default class Record extends NetlogCommand {
  static override summary = "Write what status, explain and doctor read to a directory, for others to see.";
  static override description =
    "Commands that read take the directory as --machine DIR and answer what they answer here: loggers, modules, the whole ruleset, groups and who listens, and what keeps the lines: the settings of journald and rsyslog, the consoles and the kernel's command line. Of processes only those are in it that listen. The directory is new or empty; it is written whole or not at all, and only its owner may read it. With --redact, IPv4, IPv6 and MAC addresses in all of it are replaced, the same one by the same. Names of interfaces, sets and namespaces, prefixes and comments stay: look through it before you hand it on.";
  static override examples = [
    {
      description: "For a bug report.",
      command: "<%= config.bin %> record --redact report && tar -czf report.tar.gz report",
    },
    { description: "Look at what somebody sent.", command: "<%= config.bin %> explain --machine report" },
  ];
  static override args = {
    directory: Args.string({ description: "Where to write.", required: true, ignoreStdin: true }),
  };
  static override flags = {
    netns: READ_FLAGS.netns,
    redact: Flags.boolean({ summary: "Replace addresses by those for documentation." }),
  };

  async run(): Promise<Recorded & { directory: string }> {
    const { args, flags } = await this.parse(Record);
    const host = await this.openToRead({ netns: flags.netns, machine: undefined });
    const recorded = await recordMachine(openRecorder(host, args.directory), flags.redact);
    const answer = { directory: args.directory, ...recorded };
    this.log(renderRecorded(answer));
    return answer;
  }
}
