import { join } from "node:path";
import { Flags } from "@oclif/core";
import { parseSeconds } from "../../src/cli/duration.ts";
import { FLOW_FLAGS, flowFormat, flowTelling, wordsIn } from "../../src/cli/flow-flags.ts";
import { interruptible } from "../../src/cli/interruption.ts";
import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { timeoutMs } from "../../src/cli/packet-flags.ts";
import {
  ALL_PROTOCOLS,
  changesOf,
  type FlowEnd,
  flowStreams,
  openHost,
  protocolsOf,
  streamFlows,
  wantedOf,
} from "../../src/index.ts";

export default class FlowsStream extends NetlogCommand {
  static override summary = "Print flows as they begin, change and end.";
  static override description =
    `A line for each event of the kernel's connection tracking: on a terminal as text, in a pipe as JSON, whose fields netlogctl packets schema describes. Each flow that is told to begin is told to end: where events were lost, an event of kind loss says how many and when, and what they would have told is taken from the kernel's table and marked (resync). The same finds the end of flows for which the kernel sends no event, since they began while nobody listened. It ends with Ctrl-C, SIGTERM, --timeout or --count; everything that came is written then.

Bytes and packets, start and end are there if the kernel keeps them: netlogctl flows settings.`;
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
    fields: Flags.string({
      summary: "Of JSON: all fields, or only who talked to whom.",
      options: ["default", "compact"],
      default: "default",
    }),
    room: Flags.integer({
      summary: "How much may wait to be read, in mebibytes.",
      helpValue: "MIB",
      min: 1,
      max: 1024,
      default: 64,
    }),
    census: Flags.string({
      summary: "How often the kernel's table is gone through for ends that no event tells.",
      helpValue: "TIME",
      default: "30s",
    }),
  };

  async run(): Promise<undefined> {
    const { flags } = await this.parse(FlowsStream);
    const format = flowFormat(flags.format, this.jsonEnabled());
    const changes = changesOf(wordsIn(flags.event) ?? ["new", "update", "destroy"]);
    const protocols = flags.proto === undefined ? ALL_PROTOCOLS : protocolsOf(wordsIn(flags.proto) ?? []);
    const timeout = timeoutMs(flags.timeout);
    const wish = {
      settings: {
        roomBytes: flags.room * 1024 * 1024,
        censusMs: parseSeconds(flags.census) * 1000,
        isOnce: false,
        wanted: wantedOf(flags.existing ? [...changes, "listed"] : changes, protocols),
      },
      telling: flowTelling(flags, format),
    };
    const host = await openHost({ netns: flags.netns });
    const open = flowStreams(join(this.config.root, "dist", "bin", "flow-worker.cjs"));
    await interruptible(async (interrupted) => {
      const over = new AbortController();
      const onStart = (): void => {
        this.say(`reading flows${process.stderr.isTTY ? "; Ctrl-C ends it" : ""}`);
        if (timeout !== undefined) setTimeout(() => over.abort(), timeout).unref();
      };
      const signal = AbortSignal.any([interrupted, over.signal]);
      const say = (line: string): void => this.say(line);
      this.#tellEnd(await streamFlows(host, open, wish, process.stdout.fd, { say, signal, onStart }));
    });
    return undefined;
  }

  /** A person who saw nothing should know that nothing came, and where to look. */
  #tellEnd(end: FlowEnd | undefined): void {
    if (end?.received === 0 && process.stderr.isTTY)
      this.say("no event came; netlogctl doctor says whether the kernel tracks and tells flows");
  }
}
