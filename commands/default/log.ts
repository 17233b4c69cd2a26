import { Flags } from "@oclif/core";
import { renderDefaultLogAnswer } from "../../src/cli/default-log-text.ts";
import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand, type ReadFlags } from "../../src/cli/netlog-command.ts";
import { type DefaultLogAnswer, openHost, readWanted, setDefaultLog, showDefaultLog } from "../../src/index.ts";

export default class DefaultLogCommand extends NetlogCommand {
  static override summary = "Show or set the default log: where messages go that name no destination.";
  static override description = `FAMILY is ip, ip6, arp, bridge, netdev or inet (ip and ip6).

kernel          the kernel log (dmesg, journal)
user [group N]  programs that listen on NFLOG group N; 0 unless said
none            nowhere

Setting loads the module that is needed, binds the family's logger, reads it back and keeps the intent for this boot, with --persist for later boots too. The kernel's own messages (conntrack-invalid, conntrack helpers, TRACE) follow the binding at once. Log rules name their logger themselves: the default is lowered into those that netlogctl writes.`;
  static override usage = [
    "default log",
    "default log FAMILY kernel|none [--persist]",
    "default log FAMILY user [group N] [--persist]",
    "default log -f FILE [--persist]",
  ];
  static override examples = [
    { description: "Show the default of each family.", command: "<%= config.bin %> default log" },
    {
      description: "Send IPv6 messages to programs that listen on group 0.",
      command: "<%= config.bin %> default log ip6 user group 0",
    },
    {
      description: "Keep that for the boots to come.",
      command: "<%= config.bin %> default log ip6 user group 0 --persist",
    },
    {
      description: "See what a file would change: all of it or nothing.",
      command: "<%= config.bin %> default log -f default-log.nft --dry-run",
    },
    {
      description: "The same syntax on standard input.",
      command: "<%= config.bin %> default log -f - < default-log.nft",
    },
  ];
  static override strict = false;
  static override flags = {
    ...CHANGE_FLAGS,
    file: Flags.string({
      char: "f",
      summary: 'Read the statements from this file; "-" is standard input.',
      helpValue: "FILE",
    }),
    persist: Flags.boolean({ summary: "Keep it for later boots in /etc/netlogctl/default-log.nft." }),
  };

  async run(): Promise<DefaultLogAnswer | ChangeAnswer> {
    const { argv, flags } = await this.parse(DefaultLogCommand);
    const words = argv as string[];
    const isShow = words.length === 0 && flags.file === undefined && !flags.persist && !flags["dry-run"];
    if (isShow) return await this.show(flags);

    const wanted = await readWanted(await openHost({}), words, flags.file);
    return await this.change(flags, (host, options) => setDefaultLog(host, wanted, flags.persist, options));
  }

  private async show(flags: ReadFlags): Promise<DefaultLogAnswer> {
    const answer = await showDefaultLog(await this.openToRead(flags));
    this.log(renderDefaultLogAnswer(answer));
    for (const note of answer.notes) this.say(`note: ${note}`);
    return answer;
  }
}
