import { Args, Flags } from "@oclif/core";
import { renderSites, renderStories } from "../src/cli/explain-text.ts";
import { NetlogCommand, READ_FLAGS } from "../src/cli/netlog-command.ts";
import { explainSites, Fault, type LogSite } from "../src/index.ts";

export default class Explain extends NetlogCommand {
  static override summary = "Show everything that logs packets, and where its lines really go.";
  static override description =
    "Every log statement of the live ruleset, whoever made it, and what the kernel logs by itself: its condition, prefix and limit, what it counted, and the end of its lines: the kernel log, a group and who reads it, the audit system, or nowhere and why. With a PREFIX, a paragraph for each site whose prefix begins so, with what to do if its lines go nowhere.";
  static override examples = [
    { description: "All of it.", command: "<%= config.bin %> explain" },
    { description: 'Why there are no lines with "ssh".', command: "<%= config.bin %> explain ssh" },
    { description: "What is lost, in any namespace.", command: "<%= config.bin %> explain --nowhere --netns all" },
    {
      description: "Fail if a rule logs to where nobody reads.",
      command: "<%= config.bin %> explain --nowhere --json | jq -e 'all(.kind != \"rule\")'",
    },
  ];
  static override args = {
    prefix: Args.string({ description: "What the prefix begins with.", ignoreStdin: true }),
  };
  static override flags = {
    netns: Flags.string({
      summary:
        "Look in this network namespace (a name of ip netns, or a path); all: here, and in each that has a name.",
      helpValue: "NAME",
    }),
    machine: READ_FLAGS.machine,
    prefix: Flags.string({ summary: "Only sites whose prefix begins so.", helpValue: "TEXT" }),
    group: Flags.integer({ summary: "Only what is meant for this group.", helpValue: "N", min: 0, max: 65_535 }),
    family: Flags.string({
      summary: "Only what sees packets of this family.",
      options: ["ip", "ip6", "inet", "arp", "bridge", "netdev"],
    }),
    nowhere: Flags.boolean({ summary: "Only what logs to nowhere." }),
  };

  async run(): Promise<LogSite[]> {
    const { args, flags } = await this.parse(Explain);
    if (args.prefix !== undefined && flags.prefix !== undefined) {
      throw new Fault("usage", "PREFIX and --prefix are the same: one as a story, one as a table", "give one of them");
    }
    const { group, family, nowhere: isNowhere } = flags;
    const prefix = args.prefix ?? flags.prefix;
    const isAll = flags.netns === "all" && flags.machine === undefined;
    const hosts = isAll ? await this.openAllToRead() : [await this.openToRead(flags)];
    const choice = { prefix, group, family, isNowhere };
    const sites = (await Promise.all(hosts.map((host) => explainSites(host, choice)))).flat();
    if (args.prefix !== undefined && sites.length === 0) {
      const remedy = "netlogctl explain lists all that logs";
      throw new Fault("not-found", `nothing logs with a prefix that begins with ${JSON.stringify(prefix)}`, remedy);
    }
    if (!this.jsonEnabled()) this.log(args.prefix === undefined ? renderSites(sites) : renderStories(sites));
    return sites;
  }
}
