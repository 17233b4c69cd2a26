import { join } from "node:path";
import { Flags } from "@oclif/core";
import { interruptible } from "../../src/cli/interruption.ts";
import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { clockOfNow, formatWanted, groupsIn, TELL_FLAGS, tellingOf, timeoutMs } from "../../src/cli/packet-flags.ts";
import { refuseGroups, refuseOthers } from "../../src/cli/stream-source.ts";
import {
  BUS_SOCKET,
  connectLines,
  convertPackets,
  type Host,
  openHost,
  openTellingHere,
  packetStreams,
  packetTopics,
  type StreamEnd,
  streamBus,
  streamKernelLog,
  streamPackets,
  type Telling,
  withNames,
} from "../../src/index.ts";

/** What SPR's own stream-json-logs does where it is told nothing. */
const SPR = { groups: [0, 1], timeout: "20s" };

export default class PacketsStream extends NetlogCommand {
  static override summary = "Print packets as they are logged to NFLOG groups.";
  static override description =
    `A line for each packet: on a terminal as text, in a pipe as JSON, whose fields netlogctl packets schema describes. Bindings of families stay as they are. What is lost is counted, in an event of kind loss in its place among the others. It ends with Ctrl-C, SIGTERM, --timeout or --count; everything that came is written then, and the groups are free; lines that nobody takes for a second are given up, which it says, and the exit code is 1.

A filter (--where) compares fields, which netlogctl packets fields lists: = != < <= > >= ~ (with * and ?) in, joined by and, or, not and brackets; a field alone asks whether it is there.

Without --group it reads what the live rules log to and nobody reads yet, or group 0.

With --format spr it does as SPR's stream-json-logs: groups 0 and 1, for 20 seconds; --timeout 0 is for ever.`;
  static override examples = [
    { description: "What is logged now.", command: "<%= config.bin %> packets stream" },
    {
      description: "Who is dropped at SSH, as JSON.",
      command: "<%= config.bin %> packets stream --prefix 'drop:*' -w 'dport = 22' --json",
    },
    {
      description: "Ten packets of two groups of a namespace.",
      command: "<%= config.bin %> packets stream --group 0,1 --netns blue --count 10",
    },
    {
      description: "Qubes' lines in the journal of another machine.",
      command: "<%= config.bin %> packets stream --source kmsg --file qubes.export",
    },
    {
      description: "What the log service tells, from now on.",
      command: "<%= config.bin %> packets stream --source bus",
    },
    {
      description: "As SPR's services read it.",
      command: "<%= config.bin %> packets stream --format spr --timeout 0",
    },
  ];
  static override flags = {
    netns: READ_FLAGS.netns,
    group: Flags.string({
      char: "g",
      summary: "Read these groups, separated by commas; may be given again.",
      helpValue: "N",
      multiple: true,
    }),
    source: Flags.string({
      summary: "Read NFLOG groups, the lines of the kernel log from now on, or what netlogctl serve tells.",
      options: ["nflog", "kmsg", "bus"],
      default: "nflog",
    }),
    socket: Flags.string({
      summary: `With --source bus: where the log service listens, unless at ${BUS_SOCKET}.`,
      helpValue: "PATH",
    }),
    after: Flags.integer({
      summary: "With --source bus: begin behind this cursor; 0 is all that it still has.",
      helpValue: "CURSOR",
      min: 0,
    }),
    file: Flags.string({
      summary:
        "With --source kmsg: read this file of it, a journal export or lines of syslog, to its end; - is standard input.",
      helpValue: "FILE",
    }),
    ...TELL_FLAGS,
    timeout: Flags.string({ char: "t", summary: "End after this time: 20s, 5m, 1h; 0 is never.", helpValue: "TIME" }),
    format: Flags.string({
      char: "F",
      summary: "The form of the lines.",
      options: ["json", "text", "spr", "ulogd", "eve", "ecs", "iptables"],
    }),
    program: Flags.boolean({ summary: "Add the program that holds the packet's socket, where it still lives." }),
    snaplen: Flags.integer({
      char: "s",
      summary: "Copy at most this much of each packet; 0 is all. A rule's own snaplen may be less.",
      helpValue: "BYTES",
      min: 0,
      max: 65_531,
      default: 0,
    }),
    conntrack: Flags.boolean({
      summary: "Add the number of the packet's flow and what the packet is to it, if the kernel can.",
    }),
    threshold: Flags.integer({
      summary: "How many packets the kernel may collect before it hands them over.",
      helpValue: "N",
      min: 1,
      max: 65_535,
      default: 400,
    }),
    delay: Flags.integer({
      summary: "How long it may collect them, in hundredths of a second.",
      helpValue: "CENTISECONDS",
      min: 1,
      max: 6000,
      default: 10,
    }),
    room: Flags.integer({
      summary: "How much may wait to be read, in mebibytes.",
      helpValue: "MIB",
      min: 1,
      max: 1024,
      default: 64,
    }),
  };

  async run(): Promise<undefined> {
    const { flags } = await this.parse(PacketsStream);
    const format = formatWanted(flags.format, this.jsonEnabled());
    const isSpr = format === "spr";
    const timeout = timeoutMs(flags.timeout ?? (isSpr ? SPR.timeout : undefined));
    const telling = tellingOf(flags, format);
    const wish = {
      groups: groupsIn(flags.group) ?? (isSpr ? SPR.groups : undefined),
      settings: {
        copyRangeBytes: flags.snaplen,
        threshold: flags.threshold,
        hasConntrack: flags.conntrack,
        timeoutCs: flags.delay,
        bufferBytes: 131_072,
        roomBytes: flags.room * 1024 * 1024,
      },
      telling,
      file: process.stdout.fd,
    };
    const host = await openHost({ netns: flags.netns });
    const say = (line: string): void => this.say(line);
    const open = packetStreams(join(this.config.root, "dist", "bin", "packet-worker.cjs"));
    const isKernelLog = flags.source === "kmsg";
    if (flags.source !== "nflog") refuseGroups(flags.source, flags.group, flags.netns);
    refuseOthers(flags);
    await interruptible(async (interrupted) => {
      const over = new AbortController();
      const signal = AbortSignal.any([interrupted, over.signal]);
      const onStart = (what: string): void => {
        this.#tellStart(what);
        if (timeout !== undefined) setTimeout(() => over.abort(), timeout).unref();
      };
      if (flags.file !== undefined) return await this.#streamFile(host, flags.file, telling, { signal, onStart });
      if (isKernelLog) return await this.#streamKernelLog(host, telling, { signal, onStart });
      if (flags.source === "bus") return await this.#streamBus(host, flags, telling, { signal, onStart });
      const onGroups = (groups: readonly number[]): void => onStart(`NFLOG group ${groups.join(", ")}`);
      this.#tellEnd(await streamPackets(host, open, wish, { say, signal, onStart: onGroups }));
    });
    return undefined;
  }

  async #streamKernelLog(
    host: Host,
    telling: Telling,
    { signal, onStart }: { readonly signal: AbortSignal; readonly onStart: (what: string) => void },
  ): Promise<void> {
    const opened = await openTellingHere(await withNames(host, telling));
    onStart("the kernel log");
    await this.print(
      (end) => streamKernelLog(host, { telling: opened, countMax: telling.countMax, signal: end }),
      signal,
    );
  }

  async #streamBus(
    host: Host,
    {
      socket = BUS_SOCKET,
      prefix,
      after,
    }: {
      readonly socket: string | undefined;
      readonly prefix: string[] | undefined;
      readonly after: number | undefined;
    },
    telling: Telling,
    { signal, onStart }: { readonly signal: AbortSignal; readonly onStart: (what: string) => void },
  ): Promise<void> {
    const opened = await openTellingHere(await withNames(host, telling));
    const wish = { socket, topics: packetTopics(prefix ?? []), after };
    const what = `what the log service at ${socket} tells`;
    const how = { telling: opened, countMax: telling.countMax, onStart: () => onStart(what) };
    await this.print((end) => streamBus(connectLines, wish, { ...how, signal: end }), signal);
  }

  async #streamFile(
    host: Host,
    file: string,
    telling: Telling,
    { signal, onStart }: { readonly signal: AbortSignal; readonly onStart: (what: string) => void },
  ): Promise<void> {
    onStart(file === "-" ? "the kernel log from standard input" : file);
    const wish = {
      files: [file],
      from: "iptables",
      to: telling.format,
      output: "-",
      telling,
      clock: clockOfNow(),
    } as const;
    await convertPackets(host, wish, { openTelling: openTellingHere, say: (line) => this.say(line), signal });
  }

  /** A person who saw nothing should know that nothing came, and where to look. */
  #tellEnd(end: StreamEnd | undefined): void {
    if (end !== undefined && end.unwrittenBytes > 0) process.exitCode = 1;
    const came = end?.groups.reduce((sum, { received }) => sum + received, 0);
    if (came === 0 && process.stderr.isTTY)
      this.say("no packet came; netlogctl explain shows what logs to which group");
  }

  /** Who waits for it, a person or a script, should know from when on packets come, and of what. */
  #tellStart(what: string): void {
    this.say(`reading ${what}${process.stderr.isTTY ? "; Ctrl-C ends it" : ""}`);
  }
}
