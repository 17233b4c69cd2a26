import { join } from "node:path";
import { Args, Flags } from "@oclif/core";
import { loadInspector } from "../../src/cli/load-inspector.ts";
import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { clockOfNow, groupsIn, inputFormatOf, TELL_FLAGS } from "../../src/cli/packet-flags.ts";
import { STORE_FLAGS, wantedOf } from "../../src/cli/query-flags.ts";
import {
  BUS_SOCKET,
  connectLines,
  Fault,
  filterOf,
  hasBus,
  type Inspector,
  type InspectSource,
  openHost,
  openLinePipe,
  openStoreReader,
  packetStreams,
  sourceOfBus,
  sourceOfFiles,
  sourceOfGroups,
  sourceOfStore,
} from "../../src/index.ts";

const KEEP = 10_000;

export default class PacketsInspect extends NetlogCommand {
  static override summary = "Look through packets in the terminal: a list, filters, details.";
  static override description =
    `Packets of files in any format that packets convert reads, or those that are logged from now on: as the log service tells them where one runs, else as packets stream reads them; with --since those that the service stored. Flows of the service and of its store are rows among them. The newest stand at the bottom. ? lists the keys.

A filter (/) finds while it is typed: words that stand in the row, or an expression of packets stream --where. Space has the list stand still; what comes meanwhile is kept and counted. Losses are rows of their own, whatever the filter.

Of an event (Enter) there are all fields and the bytes. t copies it as a case of rules test, m as a match of nft, y as JSON, to the clipboard of the terminal (OSC 52) or to a file (--copy-to). w shows it in Wireshark, or in tshark where there is no desktop.`;
  static override examples = [
    { description: "What is logged to two groups now.", command: "<%= config.bin %> packets inspect --group 0,1" },
    {
      description: "Who came to SSH, in a capture.",
      command: "<%= config.bin %> packets inspect in.pcap -w 'dport = 22'",
    },
    { description: "What was stored in the last hour.", command: "<%= config.bin %> packets inspect --since 1h" },
    { description: "The kernel log.", command: "journalctl -k -o export | <%= config.bin %> packets inspect -" },
    {
      description: "Collect cases for rules test.",
      command: "<%= config.bin %> packets inspect --copy-to netlog.test.yaml",
    },
  ];
  static override strict = false;
  static override args = {
    file: Args.string({
      description: 'What to look at, one file or more; "-" is standard input; none: what is logged from now on.',
      ignoreStdin: true, // else the file's name is read from there
    }),
  };
  static override flags = {
    from: Flags.string({
      summary: "The format of the files; their first bytes tell it unless said.",
      options: ["json", "spr", "ulogd", "eve", "ecs", "iptables", "pcap", "pcapng"],
    }),
    group: Flags.string({
      char: "g",
      summary: "Read these groups, separated by commas; may be given again.",
      helpValue: "N",
      multiple: true,
    }),
    netns: READ_FLAGS.netns,
    source: Flags.string({
      summary: "What is logged to groups, what the log service tells (if it runs and no group is named), or its store.",
      options: ["nflog", "bus", "store"],
    }),
    socket: Flags.string({ summary: "Where the log service listens.", helpValue: "PATH", default: BUS_SOCKET }),
    ...STORE_FLAGS,
    prefix: TELL_FLAGS.prefix,
    where: TELL_FLAGS.where,
    keep: Flags.integer({
      summary: "How many of the newest events are held; those before are dropped, and counted.",
      helpValue: "N",
      min: 1,
      max: 10_000_000,
      default: KEEP,
    }),
    "copy-to": Flags.string({ summary: "Append what is copied to this file.", helpValue: "FILE" }),
  };

  async run(): Promise<undefined> {
    const { flags, argv } = await this.parse(PacketsInspect);
    refuseNoTerminal(this.jsonEnabled());
    const source = await this.#source(argv.map(String), flags);
    const { inspect } = await this.#inspector();
    const end = await inspect({
      source,
      keep: flags.keep,
      filter: await filterOf(flags.where, flags.prefix ?? []),
      copyTo: flags["copy-to"],
      hasColour: (process.env["NO_COLOR"] ?? "") === "",
    });
    if (end === "no-keyboard")
      throw new Fault("usage", "there is no keyboard: no terminal belongs to this process", REMEDY);
    return undefined;
  }

  async #source(files: readonly string[], flags: SourceFlags): Promise<InspectSource> {
    const { from, group = [], netns, source } = flags;
    const host = await openHost({ netns });
    const isStored = source === "store" || [flags.store, flags.since, flags.until].some((one) => one !== undefined);
    refuseTogether(files, { ...flags, isStored });
    if (files.length > 0) return sourceOfFiles(host, { files, from: inputFormatOf(from), clock: clockOfNow() });
    if (isStored) {
      const wanted = wantedOf("both", { since: flags.since, until: flags.until }, new Date());
      return sourceOfStore(host, openStoreReader, { file: flags.store, wanted, limit: flags.keep });
    }
    const mayBeBus = group.length === 0 && netns === undefined && source === undefined;
    if (source === "bus" || (mayBeBus && (await hasBus(host, flags.socket)))) {
      return sourceOfBus(connectLines, flags.socket);
    }
    const open = packetStreams(join(this.config.root, "dist", "bin", "packet-worker.cjs"));
    return sourceOfGroups(host, { open, openPipe: openLinePipe }, groupsIn(group) ?? []);
  }

  /** A bundle of its own, which other commands need not load. */
  async #inspector(): Promise<Inspector> {
    const { root } = this.config;
    return (await loadInspector(root)) as Inspector;
  }
}

interface SourceFlags {
  readonly from: string | undefined;
  readonly group: string[] | undefined;
  readonly netns: string | undefined;
  readonly source: string | undefined;
  readonly socket: string;
  readonly store: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly keep: number;
}

/** Groups and namespaces choose nothing in what was logged, nor among what a service tells. */
function refuseTogether(files: readonly string[], flags: SourceFlags & { readonly isStored: boolean }): void {
  const { group, netns, source, isStored } = flags;
  const chosen = [netns === undefined ? [] : "--netns", group === undefined ? [] : "--group"].flat();
  const wholes = [
    files.length > 0 ? "files" : [],
    isStored ? "the store" : [],
    source === "bus" ? "the log service" : [],
  ].flat();
  if (chosen.length > 0 && wholes.length > 0) {
    throw new Fault("usage", `${chosen[0]} chooses nothing in ${wholes[0]}`, "choose by --prefix or --where");
  }
  if (wholes.length > 1 || (wholes.length === 1 && source === "nflog")) {
    const [one, other = "groups"] = wholes;
    throw new Fault("usage", `${one} and ${other} are looked at one at a time`, "leave one of them out");
  }
}

const REMEDY = "netlogctl packets stream and packets convert write lines for pipes and files";

function refuseNoTerminal(isJson: boolean): void {
  const { TERM = "" } = process.env;
  if (isJson) throw new Fault("usage", "what is for looking at has no JSON", REMEDY);
  if (process.stdout.isTTY !== true) throw new Fault("usage", "standard output is no terminal", REMEDY);
  if (TERM !== "" && TERM !== "dumb") return;
  throw new Fault("usage", `the terminal (TERM=${TERM}) has no screen that can be written anywhere`, REMEDY);
}
