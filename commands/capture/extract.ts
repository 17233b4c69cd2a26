import { Args, Flags } from "@oclif/core";
import { CAPTURES_FLAGS, dayOf, ringPlace, spanOf } from "../../src/cli/capture-flags.ts";
import { sizeText } from "../../src/cli/captures-text.ts";
import { interruptible } from "../../src/cli/interruption.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { TELL_FLAGS } from "../../src/cli/packet-flags.ts";
import {
  type Extracted,
  extractCaptures,
  Fault,
  findRing,
  listCaptures,
  openHost,
  readCaptures,
} from "../../src/index.ts";

export default class CaptureExtract extends NetlogCommand {
  static override summary = "Write packets of captures into one file.";
  static override description =
    `Of the files that are named, or of those of a ring, the packets that are asked for, in the order of their times, with their interfaces and comments. A filter (--where) is that of packets stream: netlogctl packets fields lists its fields.

Times without a zone are those of this machine, and 1h, 30m, 2d are ago. The file is there once it is whole. One capture is of one link type, as most tools read no other; with --mixed there may be more.`;
  static override examples = [
    { description: "A day in one file.", command: "<%= config.bin %> capture extract --day 2026-11-29 -o day.pcapng" },
    {
      description: "Who was dropped at SSH in the last two hours.",
      command: "<%= config.bin %> capture extract --since 2h -w 'dport = 22' -o ssh.pcapng",
    },
    {
      description: "Two captures as one, for another tool.",
      command: "<%= config.bin %> capture extract a.pcapng b.pcap | tcpdump -n -r -",
    },
  ];
  static override strict = false;
  static override args = {
    file: Args.string({ description: "Captures, one or more; none: those of the ring.", ignoreStdin: true }),
  };
  static override flags = {
    ...CAPTURES_FLAGS,
    day: Flags.string({
      summary: "Only what was captured on this day, or yesterday, by the clock of this machine.",
      helpValue: "YYYY-MM-DD",
      exclusive: ["since", "until"],
    }),
    prefix: TELL_FLAGS.prefix,
    where: TELL_FLAGS.where,
    output: Flags.string({ char: "o", summary: "Write to this file.", helpValue: "FILE" }),
    mixed: Flags.boolean({ summary: "Also packets of several link types." }),
  };

  async run(): Promise<Extracted> {
    const { flags, argv } = await this.parse(CaptureExtract);
    const output = flags.output ?? "-";
    if (output === "-" && (process.stdout.isTTY || this.jsonEnabled())) {
      throw new Fault("usage", "a terminal and an answer in JSON cannot hold a capture", "name a file: -o FILE");
    }
    const now = new Date();
    const span = flags.day === undefined ? spanOf(flags, now) : dayOf(flags.day, now);
    const prefixes = flags.prefix ?? [];
    const host = await openHost({});
    const captures =
      argv.length > 0
        ? argv.map((path) => ({ path: String(path) }))
        : listCaptures(readCaptures, {
            directory: await findRing(host, ringPlace(flags, this.config.root)),
            prefixes,
            ...span,
          });
    const wish = { captures, ...span, where: flags.where, prefixes, output, isMixed: flags.mixed };
    return await interruptible(async (signal) => {
      const say = (line: string): void => {
        this.endSteps();
        this.say(line);
      };
      const onRead = (bytes: number, of: number | undefined): void => this.step(readText(bytes, of));
      try {
        const end = await extractCaptures(host, wish, { say, signal, onRead });
        say(endText(end));
        return end;
      } finally {
        this.endSteps();
      }
    });
  }
}

function readText(bytes: number, of: number | undefined): string {
  return `${sizeText(bytes)}${of === undefined ? "" : ` of ${sizeText(of)}`} read`;
}

function endText({ packets, files, bytes }: Extracted): string {
  return `${packets} packets of ${files === 1 ? "1 capture" : `${files} captures`}, ${sizeText(bytes)}`;
}
