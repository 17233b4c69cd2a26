import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Args, Flags } from "@oclif/core";
import { tellingAs } from "../../src/cli/answer-flags.ts";
import {
  type CorrelatedEvent,
  correlatedJson,
  correlatedLines,
  dayLines,
  momentLines,
  unpackedLine,
} from "../../src/cli/day-text.ts";
import { parseDay } from "../../src/cli/day-word.ts";
import { loadInspector } from "../../src/cli/load-inspector.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { clockOfNow } from "../../src/cli/packet-flags.ts";
import { parseMoment } from "../../src/cli/query-time.ts";
import { INTENT, RULES_FLAGS, templatePlaces } from "../../src/cli/rules-flags.ts";
import {
  type ArchiveParts,
  capturesAt,
  capturesOf,
  chooseDay,
  correlateLogged,
  daysPlaces,
  Fault,
  type Inspector,
  type OpenedDay,
  openDay,
  openDepot,
  openHost,
  openPlace,
  partsOfDay,
  readTails,
  showCaptures,
} from "../../src/index.ts";

/** As many as the seed's viewer shows. */
const TAIL_LINES = 40;
const KEEP = 100_000;
const NEAR_MOST = 100;

export default class ArchiveOpen extends NetlogCommand {
  static override summary = "Look through a day of the archive: captures, logs, and what belongs together.";
  static override description =
    `Unpacks what was archived of a day, or fetched of it (archive fetch), into a directory that nobody else reads. There it stays until you delete it; where that is, the last line says. What is in the archive is taken for what a stranger made: what does not belong there is left out, and said.

On a terminal there is a list of machines and files. Enter shows what a capture or a log holds, as packets inspect does; w opens a capture in Wireshark, or in tshark where there is no desktop. On an event, c finds the packets in the captures of that day that go between the same ends, in either direction, within some seconds of it, the nearest first.

Elsewhere it lists captures with their numbers, spans and prefixes, and the last ${TAIL_LINES} lines of each log. --capture opens one by its number. --at and --where choose lines of the logs, and tell the packets that belong to each.`;
  static override examples = [
    { description: "The newest day there is.", command: "<%= config.bin %> archive open" },
    {
      description: "What a machine fetched yesterday, as a list.",
      command: "<%= config.bin %> archive open yesterday --dir ~/NetLogs | less",
    },
    {
      description: "The first capture of a day, in Wireshark.",
      command: "<%= config.bin %> archive open 2026-11-29 --capture 0",
    },
    {
      description: "What went over the wire when a line was logged.",
      command: "<%= config.bin %> archive open 2026-11-29 --at 10:32:05 -w 'dport = 22'",
    },
  ];
  static override args = {
    day: Args.string({
      ignoreStdin: true,
      description: "YYYY-MM-DD, today or yesterday; the newest there is unless said.",
    }),
  };
  static override flags = {
    dir: Flags.string({
      summary: "Where days lie: a directory that they were fetched to, a vault, or PLACE:PATH of one.",
      description: "Unless said, the vault of the intent, then ~/NetLogs.",
      helpValue: "DIR",
    }),
    file: Flags.string({ char: "f", summary: `The intent that names the vault, unless ${INTENT}.`, helpValue: "FILE" }),
    templates: RULES_FLAGS.templates,
    machine: Flags.string({
      summary: "Only this machine; may be given several times.",
      helpValue: "NAME",
      multiple: true,
      multipleNonGreedy: true,
    }),
    identity: Flags.string({ summary: "The identity of age that opens what is encrypted.", helpValue: "FILE" }),
    to: Flags.string({
      summary: "Unpack into this directory.",
      description: "Unless said, DAY in the directory that days were fetched to: that of --dir, or ~/NetLogs.",
      helpValue: "DIR",
    }),
    capture: Flags.string({
      summary: "Open the capture of this number in Wireshark or tshark; a opens all.",
      helpValue: "N",
      exclusive: ["at", "where"],
    }),
    at: Flags.string({
      summary: "Lines of logs at about this time: 10:32:05, or 10:32:05.089Z in UTC.",
      helpValue: "TIME",
    }),
    where: Flags.string({
      char: "w",
      summary: "Lines of logs for which this holds, as packets stream --where has it.",
      helpValue: "EXPR",
    }),
    within: Flags.integer({
      summary: "How many seconds lie between what belongs together, at most.",
      helpValue: "SECONDS",
      min: 0,
      max: 86_400,
      default: 5,
    }),
    limit: Flags.integer({
      summary: "How many lines --at and --where tell of, at most.",
      helpValue: "N",
      min: 1,
      max: 10_000,
      default: 20,
    }),
    "copy-to": Flags.string({ summary: "Append what is copied in the terminal to this file.", helpValue: "FILE" }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ArchiveOpen);
    const abort = new AbortController();
    const parts: ArchiveParts = { host: await openHost({}), depot: openDepot(), openPlace };
    const day = await this.#open(parts, args.day, { flags, signal: abort.signal });
    for (const { machine, notes } of day.machines) for (const note of notes) this.say(`note: ${machine}: ${note}`);
    if (day.machines.some(({ isUnread }) => isUnread)) process.exitCode = 1;
    const answer = await this.#answer(parts, day, { flags, signal: abort.signal });
    this.say(unpackedLine(day));
    return answer;
  }

  async #answer(parts: ArchiveParts, day: OpenedDay, { flags, signal }: Looking): Promise<object> {
    if (flags.capture !== undefined) return await this.#show(day, flags.capture, signal);
    if (flags.at !== undefined || flags.where !== undefined) return await this.#correlate(parts, day, flags);
    if (this.jsonEnabled() || process.stdout.isTTY !== true) return await this.#list(parts, day, signal);
    return await this.#inspect(parts, day, flags);
  }

  async #open(parts: ArchiveParts, named: string | undefined, { flags, signal }: Looking): Promise<OpenedDay> {
    const { file, to, machine: machines } = flags;
    const identity = flags.identity === undefined ? undefined : resolve(flags.identity);
    const fetched = join(homedir(), "NetLogs");
    const isPlace = /^(?:here|netns|ssh|qubes):/.test(flags.dir ?? "");
    const base = flags.dir === undefined || isPlace ? flags.dir : resolve(flags.dir);
    const intent = { file: file ?? INTENT, isNamed: file !== undefined };
    const templates = templatePlaces(flags.templates, this.config.root);
    const wanted = named === undefined ? undefined : parseDay(named, new Date());
    const places = await daysPlaces(parts, { base, intent, templates, fetched });
    const { day, at } = await chooseDay(parts, places, wanted);
    const directory = resolve(to ?? join("directory" in at ? at.directory : fetched, day));
    const opened = await openDay(parts, { day, at, directory, machines, identity, signal });
    if (opened.machines.length > 0) return opened;
    throw new Fault("not-found", `nothing of that machine was archived on ${day}`, "leave --machine out to see all");
  }

  async #show(day: OpenedDay, number: string, signal: AbortSignal): Promise<object> {
    const all = capturesOf(day);
    const chosen =
      number.toLowerCase() === "a" ? all : all.filter((one) => String(one.number) === number.replace(/^0+(?=\d)/, ""));
    if (chosen.length === 0) {
      const remedy = all.length === 0 ? "there are none" : `there are 0 to ${all.length - 1}; a is all of them`;
      throw new Fault("usage", `there is no capture of the number "${number.slice(0, 20)}"`, remedy);
    }
    const files = chosen.map(({ path }) => path);
    const isTerminal = process.stdout.isTTY === true;
    if (!this.jsonEnabled()) {
      for (const line of await showCaptures(files, { env: process.env, isTerminal, signal })) this.say(line);
    }
    return { day: day.day, captures: chosen };
  }

  async #list({ host }: ArchiveParts, day: OpenedDay, signal: AbortSignal): Promise<object> {
    const tails = await readTails(host, day, TAIL_LINES, { signal });
    for (const line of dayLines(day, tails)) this.log(line);
    const last = tails.map(({ log, lines }) => ({ ...log, lines }));
    return { ...day, captures: capturesOf(day), last };
  }

  async #correlate({ host }: ArchiveParts, day: OpenedDay, flags: OpenFlags): Promise<object> {
    const at = flags.at === undefined ? undefined : parseMoment("at", flags.at, noonOf(day.day));
    const wish = { at, where: flags.where, most: flags.limit, near: nearOf(flags) };
    const options = {
      clock: clockOfNow(),
      signal: new AbortController().signal,
      say: (line: string) => this.say(line),
    };
    const { events, leftOut } = await correlateLogged(host, day, wish, options);
    const { hasColour } = tellingAs("text");
    for (const line of correlatedLines(day.day, events, hasColour)) this.log(line);
    const captures = at === undefined ? [] : capturesAt(day, at, flags.within * 1000);
    if (events.length === 0) {
      for (const line of ["no line of the day's logs is so", ...momentLines(captures)]) this.say(line);
    }
    if (leftOut > 0) this.say(`note: ${leftOut} more lines are left out: ask for less, or for more with --limit`);
    const told = events.map((one: CorrelatedEvent) => correlatedJson(one));
    return { day: day.day, events: told, left_out: leftOut, captures };
  }

  async #inspect({ host }: ArchiveParts, day: OpenedDay, flags: OpenFlags): Promise<object> {
    const { root } = this.config;
    const { inspectDay } = (await loadInspector(root)) as Inspector;
    const parts = partsOfDay(host, day, { clock: clockOfNow(), near: nearOf(flags) });
    const hasColour = (process.env["NO_COLOR"] ?? "") === "";
    const end = await inspectDay({ day, parts, keep: KEEP, copyTo: flags["copy-to"], hasColour });
    if (end === "no-keyboard") {
      throw new Fault(
        "usage",
        "there is no keyboard: no terminal belongs to this process",
        "write it to a file or a pipe",
      );
    }
    return {};
  }
}

interface Looking {
  readonly flags: OpenFlags;
  readonly signal: AbortSignal;
}

interface OpenFlags {
  readonly dir: string | undefined;
  readonly file: string | undefined;
  readonly templates: string[] | undefined;
  readonly machine: string[] | undefined;
  readonly identity: string | undefined;
  readonly to: string | undefined;
  readonly capture: string | undefined;
  readonly at: string | undefined;
  readonly where: string | undefined;
  readonly within: number;
  readonly limit: number;
  readonly "copy-to": string | undefined;
}

function nearOf({ within }: Pick<OpenFlags, "within">): { withinMs: number; most: number } {
  return { withinMs: within * 1000, most: NEAR_MOST };
}

/** A time without a day is one of that day. */
function noonOf(day: string): Date {
  return new Date(`${day}T12:00:00`);
}
