import { Flags } from "@oclif/core";
import { Fault } from "../core/model/fault.ts";
import { FORMATS, type Format, type Telling } from "../core/model/packet-stream.ts";
import type { Wanted } from "../core/store/wanted.ts";
import { parseMoment } from "./query-time.ts";

const address = (summary: string) => Flags.string({ summary, helpValue: "CIDR", multiple: true });

/** What a command takes that asks a store. */
export const QUERY_FLAGS = {
  store: Flags.string({
    summary: "The file of the store; unless given, that of this machine's log service.",
    helpValue: "FILE",
  }),
  since: Flags.string({
    summary: 'Only from this time on: 1h or 2d (ago), 10:32, "2026-11-29 10:32", yesterday, RFC 3339.',
    helpValue: "TIME",
  }),
  until: Flags.string({ summary: "Only up to this time.", helpValue: "TIME" }),
  prefix: Flags.string({
    summary: "Only packets whose prefix is like this (* and ?, blanks around it do not count); may be given again.",
    helpValue: "GLOB",
    multiple: true,
  }),
  topic: Flags.string({
    summary: "Only packets whose topic is like this; may be given again.",
    helpValue: "GLOB",
    multiple: true,
  }),
  src: address("Only packets from there: an address, a prefix or a range; may be given again."),
  dst: address("Only packets to there."),
  addr: address("Only packets from or to there."),
  port: Flags.string({
    summary: "Only packets from or to this port, or one of a range.",
    helpValue: "PORT",
    multiple: true,
  }),
  where: Flags.string({
    char: "w",
    summary: "Only packets for which this holds, such as: src in 10.0.0.0/8 and dport = 22.",
    helpValue: "EXPR",
  }),
  limit: Flags.integer({
    char: "n",
    summary: "Only the newest, so many at most.",
    helpValue: "N",
    min: 1,
    max: 10_000_000,
  }),
};

interface QueryFlags {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly prefix: string[] | undefined;
  readonly topic: string[] | undefined;
  readonly src: string[] | undefined;
  readonly dst: string[] | undefined;
  readonly addr: string[] | undefined;
  readonly port: string[] | undefined;
  readonly where: string | undefined;
}

export function wantedOf(flags: QueryFlags, now: Date): Wanted {
  const { since, until } = flags;
  return {
    since: since === undefined ? undefined : parseMoment("since", since, now),
    until: until === undefined ? undefined : parseMoment("until", until, now),
    prefixes: flags.prefix ?? [],
    topics: flags.topic ?? [],
    src: flags.src ?? [],
    dst: flags.dst ?? [],
    addr: flags.addr ?? [],
    ports: flags.port ?? [],
    where: flags.where,
  };
}

/** The forms of an answer: rows, or lines as packets are told in everywhere. */
export const QUERY_FORMATS = ["table", "csv", ...FORMATS] as const;
export type QueryFormat = "table" | "csv" | Format;

/** The form that was named, or what a person or a program would read. */
export function queryFormat(named: string | undefined, isJson: boolean): QueryFormat {
  const format = QUERY_FORMATS.find((one) => one === named);
  if (isJson && format !== undefined && format !== "json") {
    throw new Fault("usage", `--json and --format ${format} exclude each other`, "give one of them");
  }
  if (isJson) return "json";
  return format ?? (process.stdout.isTTY ? "table" : "json");
}

/** How packets are told that were stored as they are. */
export function tellingAs(format: Format): Telling {
  const isForTerminal = process.stdout.isTTY === true;
  return {
    ...{ format, fields: "default", payload: undefined, prefixes: [], where: undefined, hasCommunityId: false },
    ...{ hasProgram: false, names: undefined, isForTerminal, countMax: undefined },
    hasColour: isForTerminal && process.env["NO_COLOR"] === undefined,
  };
}
