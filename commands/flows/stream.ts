import { join } from "node:path";
import { Flags } from "@oclif/core";
import { parseSeconds } from "../../src/cli/duration.ts";
import { FLOW_FLAGS, type FlowTellFlags, flowFormat, flowTelling, wordsIn } from "../../src/cli/flow-flags.ts";
import { interruptible, reloadable } from "../../src/cli/interruption.ts";
import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { clockOfNow, timeoutMs } from "../../src/cli/packet-flags.ts";
import {
  ALL_PROTOCOLS,
  BUS_SOCKET,
  changesOf,
  connectLines,
  Fault,
  type FlowEnd,
  type FlowWish,
  flowStreams,
  flowTest,
  flowTopics,
  type Host,
  openHost,
  openTellingHere,
  protocolsOf,
  readVyosConfig,
  streamBus,
  streamFlows,
  wantedOf,
  withNames,
} from "../../src/index.ts";

const MEBIBYTE = 1024 * 1024;
const ROOM_MIB = 64;

export default class FlowsStream extends NetlogCommand {
  static override summary = "Print flows as they begin, change and end.";
  static override description =
    `A line for each event of the kernel's connection tracking: on a terminal as text, in a pipe as JSON, whose fields netlogctl packets schema describes. Each flow that is told to begin is told to end: where events were lost, an event of kind loss says how many and when, and what they would have told is taken from the kernel's table and marked (resync). The same finds the end of flows for which the kernel sends no event, since they began while nobody listened. It ends with Ctrl-C, SIGTERM, --timeout or --count; everything that came is written then; lines that nobody takes for a second are given up, which it says, and the exit code is 1.

Bytes and packets, start and end are there if the kernel keeps them: netlogctl flows settings.

With --vyos-config it does what VyOS's conntrack logger does with its configuration, and prints its lines (--fix adds the counters that it meant to print). SIGHUP has it read the file again, and loses nothing. queue_size is how many events may wait to be read; where more come, it is said how many were lost.`;
  static override examples = [
    { description: "What begins and ends now.", command: "<%= config.bin %> flows stream" },
    {
      description: "Large transfers that ended, as JSON.",
      command: "<%= config.bin %> flows stream --event destroy -w 'bytes > 1000000' --json",
    },
    {
      description: "Neither TCP nor UDP, in a namespace.",
      command: "<%= config.bin %> flows stream --proto icmp,other --netns blue",
    },
    {
      description: "As conntrack -E prints them.",
      command: "<%= config.bin %> flows stream --format conntrack",
    },
    {
      description: "What the log service tells of flows, all that it has.",
      command: "<%= config.bin %> flows stream --source bus --after 0",
    },
    {
      description: "In place of VyOS's conntrack logger.",
      command: "<%= config.bin %> flows stream --vyos-config logger.conf",
    },
  ];
  static override flags = {
    netns: READ_FLAGS.netns,
    event: Flags.string({
      char: "e",
      summary: "Only these, separated by commas: new, update, destroy; may be given again.",
      helpValue: "EVENT",
      multiple: true,
    }),
    ...FLOW_FLAGS,
    existing: Flags.boolean({ summary: "Tell first of the flows that are there already." }),
    count: Flags.integer({ char: "c", summary: "End after this many events.", helpValue: "N", min: 1 }),
    timeout: Flags.string({ char: "t", summary: "End after this time: 20s, 5m, 1h; 0 is never.", helpValue: "TIME" }),
    format: Flags.string({
      char: "F",
      summary: "The form of the lines.",
      options: ["json", "text", "vyos", "conntrack", "zeek", "eve", "ecs", "ipfix-json"],
    }),
    fix: Flags.boolean({ summary: "Of vyos: with the counters that its logger meant to print." }),
    fields: Flags.string({
      summary: "Of JSON: all fields, or only who talked to whom.",
      options: ["default", "compact"],
      default: "default",
    }),
    "vyos-config": Flags.string({
      summary: "Tell what this configuration of VyOS's conntrack logger says, in its lines unless --format is given.",
      helpValue: "FILE",
      exclusive: ["event", "proto", "existing"],
    }),
    source: Flags.string({
      summary: "Read conntrack's events, or what netlogctl serve tells of them.",
      options: ["conntrack", "bus"],
      default: "conntrack",
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
    room: Flags.integer({
      summary: `How much may wait to be read, in mebibytes; without it ${ROOM_MIB}, or what VyOS's queue_size says.`,
      helpValue: "MIB",
      min: 1,
      max: 1024,
    }),
    census: Flags.string({
      summary: "How often the kernel's table is gone through for ends that no event tells.",
      helpValue: "TIME",
      default: "30s",
    }),
  };

  async run(): Promise<undefined> {
    const { flags } = await this.parse(FlowsStream);
    const timeout = timeoutMs(flags.timeout);
    const host = await openHost({ netns: flags.netns });
    const say = (line: string): void => this.say(line);
    const readWish = (): Promise<FlowWish> => this.#wish(host, flags);
    const wish = await readWish();
    refuseOthers(flags);
    const open = flowStreams(join(this.config.root, "dist", "bin", "flow-worker.cjs"), say);
    const work = async (interrupted: AbortSignal, onHangUp?: (reload: () => Promise<void>) => void): Promise<void> => {
      const over = new AbortController();
      const onStart = (): void => {
        this.say(`reading flows${process.stderr.isTTY ? "; Ctrl-C ends it" : ""}`);
        if (timeout !== undefined) setTimeout(() => over.abort(), timeout).unref();
      };
      const onReload = (change: (wish: FlowWish) => Promise<void>): void =>
        onHangUp?.(() => this.#reload(flags["vyos-config"], readWish, change));
      const signal = AbortSignal.any([interrupted, over.signal]);
      if (flags.source === "bus") return await this.#streamBus(host, wish, flags, { signal, onStart });
      this.#tellEnd(await streamFlows(host, open, wish, process.stdout.fd, { say, signal, onStart, onReload }));
    };
    await (flags["vyos-config"] === undefined ? interruptible(work) : reloadable(work));
    return undefined;
  }

  async #wish(host: Host, flags: Parsed): Promise<FlowWish> {
    const file = flags["vyos-config"];
    const vyos = file === undefined ? undefined : await readVyosConfig(host, file, (line) => this.say(line));
    const isNamed = flags.format !== undefined || this.jsonEnabled();
    const format = vyos === undefined || isNamed ? flowFormat(flags.format, this.jsonEnabled()) : "vyos";
    if (flags.fix && format !== "vyos") {
      throw new Fault("usage", `--fix has no place in the format ${format}`, "it is told in: vyos");
    }
    const room = flags.room === undefined ? undefined : flags.room * MEBIBYTE;
    return {
      settings: {
        roomBytes: room ?? vyos?.roomBytes ?? ROOM_MIB * MEBIBYTE,
        censusMs: parseSeconds(flags.census) * 1000,
        isOnce: false,
        wanted: vyos?.wanted ?? wantedIn(flags),
      },
      telling: {
        ...flowTelling(flags, format),
        vyos: {
          hasCounters: flags.fix,
          debugOffsetMinutes: vyos?.isDebug === true ? clockOfNow().offsetMinutes : undefined,
        },
      },
    };
  }

  async #streamBus(
    host: Host,
    { settings: { wanted }, telling }: FlowWish,
    { socket = BUS_SOCKET, after }: Parsed,
    { signal, onStart }: { readonly signal: AbortSignal; readonly onStart: () => void },
  ): Promise<void> {
    const opened = await openTellingHere(await withNames(host, telling));
    const how = { onStart, telling: opened, countMax: telling.countMax, isWantedFlow: flowTest(wanted) };
    const wish = { socket, topics: flowTopics(wanted), after };
    await this.print((end) => streamBus(connectLines, wish, { ...how, signal: end }), signal);
  }

  /** What is wrong with the file is said, and it goes on as before. */
  async #reload(
    file = "",
    readWish: () => Promise<FlowWish>,
    change: (wish: FlowWish) => Promise<void>,
  ): Promise<void> {
    try {
      await change(await readWish());
      this.say(`read ${file} again`);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.say(`goes on as before: ${error.message}: ${error.remedy}`);
    }
  }

  /** A person who saw nothing should know that nothing came, and where to look. */
  #tellEnd(end: FlowEnd | undefined): void {
    if (end !== undefined && end.unwrittenBytes > 0) process.exitCode = 1;
    if (end?.received === 0 && process.stderr.isTTY)
      this.say("no event came; netlogctl doctor says whether the kernel tracks and tells flows");
  }
}

interface Parsed extends FlowTellFlags {
  readonly event: string[] | undefined;
  readonly proto: string[] | undefined;
  readonly existing: boolean;
  readonly format: string | undefined;
  readonly fix: boolean;
  readonly "vyos-config": string | undefined;
  readonly room: number | undefined;
  readonly census: string;
  readonly source: string;
  readonly socket: string | undefined;
  readonly after: number | undefined;
  readonly netns: string | undefined;
}

/** Flags that are of another source would be passed over. @throws Fault */
function refuseOthers(flags: Parsed): void {
  const isBus = flags.source === "bus";
  const others = isBus ? (["vyos-config", "room", "netns"] as const) : (["socket", "after"] as const);
  const [other] = others.filter((flag) => flags[flag] !== undefined);
  if (other !== undefined) throw ofSource(other, isBus ? "conntrack" : "bus");
  if (isBus && flags.existing) throw ofSource("existing", "conntrack");
}

function ofSource(flag: string, source: string): Fault {
  return new Fault("usage", `--${flag} is of --source ${source}`, `leave it out, or add --source ${source}`);
}

function wantedIn({ event, proto, existing }: Parsed): ReturnType<typeof wantedOf> {
  const changes = changesOf(wordsIn(event) ?? ["new", "update", "destroy"]);
  const protocols = proto === undefined ? ALL_PROTOCOLS : protocolsOf(wordsIn(proto) ?? []);
  return wantedOf(existing ? [...changes, "listed"] : changes, protocols);
}
