import { Args, Flags } from "@oclif/core";
import { tellingAs } from "../src/cli/answer-flags.ts";
import { joined } from "../src/cli/chunks.ts";
import { NetlogCommand } from "../src/cli/netlog-command.ts";
import { clockOfNow } from "../src/cli/packet-flags.ts";
import { STORE_FLAGS, wantedOf } from "../src/cli/query-flags.ts";
import { findTrail, openHost, openStoreReader, type Trail } from "../src/index.ts";

const LIMIT = 10_000;

export default class TrailCommand extends NetlogCommand {
  static override summary = "Show what was logged of an address or a flow, conversation by conversation.";
  static override description =
    `Packets that rules logged and flows that conntrack followed are joined by their ends, in whatever direction, also as NAT rewrites them; an error of ICMP belongs to the conversation that it is about. Each conversation has a line with its ends, its first and last time, what became of its packets by prefix, and its flow; below it stand its events, with the time since the first.

It reads the store of the log service, or files (--file) in any format that netlogctl packets convert reads. Times are told in UTC; those that are asked for without a zone are those of this machine.

What was lost meanwhile is told on stderr: what stands there may not be all. Nothing is found is no error.`;
  static override examples = [
    { description: "What became of a host today.", command: "<%= config.bin %> trail 10.0.0.5 --since today" },
    { description: "Between two hosts.", command: "<%= config.bin %> trail 10.0.0.5 192.0.2.1:443" },
    { description: "A service of IPv6.", command: "<%= config.bin %> trail '[fd00::2]:443' --since 1h" },
    {
      description: "A flow by the kernel's number, in a file.",
      command: "<%= config.bin %> trail 1234567890 --file events.ndjson",
    },
    { description: "By its Community ID.", command: "<%= config.bin %> trail 1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
  ];
  static override strict = false;
  static override args = {
    target: Args.string({
      description:
        "An address, 10.0.0.5:443, [fd00::2]:443; two of them: what went between them; the number of a flow; a Community ID.",
      ignoreStdin: true, // else it is read from there
    }),
  };
  static override flags = {
    ...STORE_FLAGS,
    file: Flags.string({
      char: "f",
      summary: 'Look at this file of events instead, "-" for standard input; may be given again, and with --store.',
      helpValue: "FILE",
      multiple: true,
    }),
    limit: Flags.integer({
      char: "n",
      summary: "How many events are held: the newest.",
      helpValue: "N",
      min: 1,
      max: 1_000_000,
      default: LIMIT,
    }),
  };

  async run(): Promise<Trail> {
    const { flags, argv } = await this.parse(TrailCommand);
    const { since, until } = wantedOf("both", { since: flags.since, until: flags.until }, new Date());
    const { store, file: files = [], limit } = flags;
    const wish = { target: argv.map(String), store, files, clock: clockOfNow(), since, until, limit };
    const say = (line: string): void => this.say(line);
    const onBroken = (text: string): void => {
      process.exitCode = 1;
      this.say(text);
    };
    const trail = await findTrail(await openHost({}), openStoreReader, wish, { say, onBroken });
    this.#tellMissing(trail);
    if (!this.jsonEnabled()) await this.#tell(trail);
    return trail;
  }

  async #tell(trail: Trail): Promise<void> {
    const { trailLines } = await import("../src/cli/trail-text.ts");
    const { hasColour } = tellingAs("text");
    async function* texts(): AsyncGenerator<string> {
      yield* joined(trailLines(trail, hasColour));
    }
    await this.print(texts, new AbortController().signal);
  }

  #tellMissing({ target, conversations, losses, left_out }: Trail): void {
    if (conversations.length === 0) this.say(`nothing was logged of ${target}`);
    if (left_out > 0) this.say(`note: ${left_out} older events are left out: ask for less, or for more with --limit`);
    if (losses.told === 0) return;
    const what = losses.told === 1 ? "1 loss" : `${losses.told} losses`;
    const of = losses.events === 0 ? "an unknown number of" : losses.events;
    this.say(`warning: ${what} of ${of} events were told in this time: this may not be all`);
  }
}
