import { join } from "node:path";
import { Flags } from "@oclif/core";
import { ageOf, sizeOf } from "../../src/cli/capture-flags.ts";
import { sizeText } from "../../src/cli/captures-text.ts";
import { reloadable } from "../../src/cli/interruption.ts";
import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { groupsIn, timeoutMs } from "../../src/cli/packet-flags.ts";
import { INTENT, RULES_FLAGS, templatePlaces } from "../../src/cli/rules-flags.ts";
import {
  CAPTURE_LINKS,
  type CaptureEnd,
  captures,
  openHost,
  openNotify,
  openSniffer,
  RING_DIRECTORY,
  readCaptureSettings,
  runCapture,
} from "../../src/index.ts";

export default class CaptureRun extends NetlogCommand {
  static override summary = "Capture packets into a ring of files.";
  static override description =
    `From NFLOG groups: pcapng with the names of interfaces, the prefix and the verdict of each packet as its comment, and time in nanoseconds. From an interface: what tcpdump, or dumpcap, captures with its filter. What is captured stands in the intent, below capture:, unless a group or an interface is named; flags stand over it.

A file ends at midnight, at each multiple of --every behind it, and at its size; it is called by the local time at which it was begun, pcap-YYYYmmddHHMMSS.pcapng, and ends in .part until it is closed. Beside it stands an index: times, counts, prefixes, what was lost. The oldest files are deleted when there are too many, they are too large or too old, or the disk is full; removed.ndjson says which. Where others fill the disk so that less than --free is left, the newest file stays, and that is said.

It ends with Ctrl-C, SIGTERM, --timeout or --count: all that came is written then. A run that was killed is mended by the next one. SIGHUP has it begin a new file. Under systemd it says when it is ready (Type=notify), and that it lives (WatchdogSec=).`;
  static override examples = [
    { description: "What the intent says.", command: "<%= config.bin %> capture run" },
    {
      description: "Two groups, two days by the hour.",
      command: "<%= config.bin %> capture run -g 0,1 --every 1h --files 48 --ring ./ring",
    },
    {
      description: "The heads of an interface's packets, but for SSH.",
      command: "<%= config.bin %> capture run -i eth0 --filter 'not port 22' -s 96",
    },
    { description: "Every interface.", command: "<%= config.bin %> capture run -i any --age 2d --total 2GiB" },
  ];
  static override flags = {
    file: Flags.string({
      char: "f",
      summary: `The intent; without a group or an interface ${INTENT}; "-" is standard input.`,
      helpValue: "FILE",
    }),
    templates: RULES_FLAGS.templates,
    netns: READ_FLAGS.netns,
    group: Flags.string({
      char: "g",
      summary: "Capture these groups, separated by commas; may be given again.",
      helpValue: "N",
      multiple: true,
      exclusive: ["interface"],
    }),
    interface: Flags.string({ char: "i", summary: "Capture this interface, or any.", helpValue: "NAME" }),
    filter: Flags.string({ summary: "Of an interface: a filter of pcap-filter(7).", helpValue: "FILTER" }),
    snaplen: Flags.integer({
      char: "s",
      summary: "Keep at most this much of each packet; 0 is all.",
      helpValue: "BYTES",
      min: 0,
      max: 262_144,
    }),
    linktype: Flags.string({
      summary: "Of groups: a header of Ethernet, none, or all that the kernel said (LINKTYPE_NFLOG).",
      options: [...CAPTURE_LINKS],
    }),
    ring: Flags.string({ summary: `The directory of the files; ${RING_DIRECTORY} unless said.`, helpValue: "DIR" }),
    every: Flags.string({ summary: "How long a file is written to; 1h unless said.", helpValue: "AGE" }),
    size: Flags.string({ summary: "How large it becomes; 100MiB unless said.", helpValue: "SIZE" }),
    files: Flags.integer({ summary: "How many files there are at most.", helpValue: "N", min: 1, max: 1_000_000 }),
    total: Flags.string({
      summary: "How much all of them take at most; 2GiB if neither --files, --age nor this is said.",
      helpValue: "SIZE",
    }),
    age: Flags.string({ summary: "How old a file becomes: 2d.", helpValue: "AGE" }),
    free: Flags.string({ summary: "How much of the disk stays free; 256MiB unless said.", helpValue: "SIZE" }),
    count: Flags.integer({ char: "c", summary: "End after this many packets.", helpValue: "N", min: 1 }),
    timeout: Flags.string({ char: "t", summary: "End after this time: 20s, 5m, 1h; 0 is never.", helpValue: "TIME" }),
    room: Flags.integer({
      summary: "How much may wait to be read, in mebibytes.",
      helpValue: "MIB",
      min: 1,
      max: 1024,
      default: 64,
    }),
  };

  async run(): Promise<CaptureEnd> {
    const { flags } = await this.parse(CaptureRun);
    const timeout = timeoutMs(flags.timeout);
    const isNamed = flags.group !== undefined || flags.interface !== undefined;
    const asked = {
      ...{ groups: groupsIn(flags.group), interface: flags.interface, filter: flags.filter, snaplen: flags.snaplen },
      linktype: CAPTURE_LINKS.find((link) => link === flags.linktype),
      directory: flags.ring && absolute(flags.ring),
      ...{ everySeconds: ageOf("every", flags.every), bytesMax: sizeOf("size", flags.size), filesMax: flags.files },
      ...{ totalBytesMax: sizeOf("total", flags.total), ageSecondsMax: ageOf("age", flags.age) },
      freeBytesMin: sizeOf("free", flags.free),
    };
    const host = await openHost({ netns: flags.netns });
    const templates = templatePlaces(flags.templates, this.config.root);
    const settings = await readCaptureSettings(host, asked, flags.file ?? (isNamed ? undefined : INTENT), templates);
    const parts = {
      open: captures(join(this.config.root, "dist", "bin", "capture-worker.cjs")),
      openSniffer,
      notify: await openNotify(process.env),
    };
    const wish = { settings, roomBytes: flags.room * 2 ** 20, countMax: flags.count };
    return await reloadable(async (interrupted, onReload) => {
      const over = new AbortController();
      const onStart = (text: string): void => {
        this.say(`${text}${process.stderr.isTTY ? "; Ctrl-C ends it" : ""}`);
        if (timeout !== undefined) setTimeout(() => over.abort(), timeout).unref();
      };
      const signal = AbortSignal.any([interrupted, over.signal]);
      const end = await runCapture(host, parts, wish, { say: (line) => this.say(line), signal, onReload, onStart });
      this.say(endText(end));
      return end;
    });
  }
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : join(process.cwd(), path);
}

function endText({ files, packets, bytes, lost, removed }: CaptureEnd): string {
  const lostText = lost === 0 ? "" : `; at least ${lost} were lost: give it more room (--room), or log less`;
  const removedText = removed === 0 ? "" : `; deleted: ${removed}`;
  return `${packets === 1 ? "1 packet" : `${packets} packets`} in ${files === 1 ? "1 file" : `${files} files`}, ${sizeText(bytes)}${lostText}${removedText}`;
}
