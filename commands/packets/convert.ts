import { Args, Flags } from "@oclif/core";
import { interruptible, later } from "../../src/cli/interruption.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { clockOfNow, formatToWrite, inputFormatOf, TELL_FLAGS, tellingOf } from "../../src/cli/packet-flags.ts";
import { convertPackets, openHost, openTellingHere } from "../../src/index.ts";

/** Who feeds it may have been interrupted, too, and still has something to say. */
const PATIENCE_MS = 1000;

export default class PacketsConvert extends NetlogCommand {
  static override summary = "Convert packets, and flows, from any format to any other.";
  static override description =
    `From lines of netlogctl, SPR, ulogd, Suricata (EVE) and ECS, from the kernel log in any of its forms (files, dmesg, /dev/kmsg, journalctl -o json or export), from captures (pcap and pcapng of NFLOG, Ethernet, raw IP and Linux cooked). It needs neither root nor a kernel, and holds little of a file at a time.

A capture in pcap keeps all that the kernel said of a packet (LINKTYPE_NFLOG); one in pcapng is for tools that do not know that: raw IP, with the prefix as a comment. Where the bytes of a packet are not known, a capture has its headers made anew from its fields: netlogctl packets stream --payload base64 keeps them.

Flows of conntrack are read from lines of netlogctl, and told in json, text, eve, ecs and in formats of their own: vyos (the conntrack logger of VyOS, byte for byte; --fix adds what it meant to print), conntrack (conntrack -E -o timestamp,id), zeek (a line of conn.log in JSON for each flow that ended) and ipfix-json (the names of IPFIX).

What is no event, and what a format has no word for, is left out and told of at the end. Text for people and lines of flows are written, but not read back.`;
  static override examples = [
    { description: "A capture of tcpdump -i nflog:5 as text.", command: "<%= config.bin %> packets convert in.pcap" },
    {
      description: "The kernel log as JSON: who was dropped at SSH.",
      command: "journalctl -k | <%= config.bin %> packets convert -w 'dport = 22' --json",
    },
    {
      description: "For Wireshark.",
      command: "<%= config.bin %> packets convert packets.ndjson -F pcapng -o out.pcapng",
    },
    {
      description: "Flows as lines of conntrack -E.",
      command: "<%= config.bin %> packets convert flows.ndjson -F conntrack",
    },
  ];
  static override strict = false;
  static override args = {
    file: Args.string({
      description: 'What to convert, one file or more; "-", and none, is standard input.',
      ignoreStdin: true, // else the file's name is read from there
    }),
  };
  static override flags = {
    from: Flags.string({
      summary: "The format of what is read; its first bytes tell it unless said.",
      options: ["json", "spr", "ulogd", "eve", "ecs", "iptables", "pcap", "pcapng"],
    }),
    to: Flags.string({
      char: "F",
      aliases: ["format"],
      summary: "The format to write; on a terminal text, else JSON unless said.",
      options: [
        ...["json", "text", "spr", "ulogd", "eve", "ecs", "iptables", "pcap", "pcapng"],
        ...["vyos", "conntrack", "zeek", "ipfix-json"],
      ],
    }),
    fix: Flags.boolean({ summary: "Of vyos: with the counters that its logger meant to print." }),
    output: Flags.string({ char: "o", summary: "Write to this file.", helpValue: "FILE" }),
    ...TELL_FLAGS,
  };

  async run(): Promise<undefined> {
    const { flags, argv } = await this.parse(PacketsConvert);
    const to = formatToWrite(flags, this.jsonEnabled());
    const wish = {
      files: argv.length === 0 ? ["-"] : argv.map(String),
      from: inputFormatOf(flags.from),
      to,
      output: flags.output ?? "-",
      telling: tellingOf(flags, to === "pcap" || to === "pcapng" ? "json" : to),
      clock: clockOfNow(),
    };
    const host = await openHost({});
    const say = (line: string): void => this.say(line);
    await interruptible(async (interrupted) => {
      const closed = new AbortController();
      for (const event of ["error", "close"]) process.stdout.once(event, () => closed.abort());
      const signal = AbortSignal.any([later(interrupted, PATIENCE_MS), closed.signal]);
      await convertPackets(host, wish, { openTelling: openTellingHere, say, signal });
    });
    return undefined;
  }
}
