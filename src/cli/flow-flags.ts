import { Flags } from "@oclif/core";
import { Fault } from "../core/model/fault.ts";
import { FLOW_FORMATS, type FlowFormat, type Telling } from "../core/model/packet-stream.ts";

/** Which flows: what commands about them share. */
export const FLOW_FLAGS = {
  proto: Flags.string({
    summary:
      "Only flows of these protocols, separated by commas: tcp, udp, icmp (ICMPv6, too), other, or any by its name.",
    helpValue: "PROTO",
    multiple: true,
  }),
  where: Flags.string({
    char: "w",
    summary: "Only flows for which this holds, such as: dst in 10.0.0.0/8 and bytes > 1000000.",
    helpValue: "EXPR",
  }),
  names: Flags.boolean({ summary: "Add names of addresses: of /etc/hosts and leases. Nobody is asked." }),
  "community-id": Flags.boolean({ summary: "Add the Community ID of the conversation." }),
};

/** `new,update` and several of those as single words. */
export function wordsIn(texts: readonly string[] | undefined): string[] | undefined {
  return texts?.flatMap((text) => text.split(",")).map((word) => word.trim());
}

/** The format that was named, or what a person or a program would read. */
export function flowFormat(named: string | undefined, isJson: boolean): FlowFormat {
  const format = FLOW_FORMATS.find((one) => one === named);
  if (isJson && format !== undefined && format !== "json") throw excluded(format);
  if (isJson) return "json";
  return format ?? (process.stdout.isTTY ? "text" : "json");
}

function excluded(format: string): Fault {
  return new Fault("usage", `--json and --format ${format} exclude each other`, "give one of them");
}

/** The same where flows are listed. */
export function listFormat(named: string | undefined, isJson: boolean): FlowFormat | "table" | "csv" {
  if ((named === "table" || named === "csv") && isJson) throw excluded(named);
  if (named === "csv") return named;
  if (named === "table" || (named === undefined && !isJson && process.stdout.isTTY === true)) return "table";
  return flowFormat(named, isJson);
}

export interface FlowTellFlags {
  readonly where: string | undefined;
  readonly names: boolean;
  readonly "community-id": boolean;
  readonly fields?: string;
  readonly count?: number | undefined;
}

/** What is told in a format that has no place for them. */
const WITH_ID: readonly FlowFormat[] = ["json", "zeek", "eve", "ecs", "ipfix-json"];

export function flowTelling(flags: FlowTellFlags, format: FlowFormat): Telling {
  if (flags.fields === "compact" && format !== "json") throw unsaid("fields", format, ["json"]);
  if (flags["community-id"] && !WITH_ID.includes(format)) throw unsaid("community-id", format, WITH_ID);
  return {
    format,
    fields: flags.fields === "compact" ? "compact" : "default",
    ...{ payload: undefined, prefixes: [], where: flags.where, hasCommunityId: flags["community-id"] },
    hasProgram: false,
    names: flags.names ? { hosts: "", leases: [] } : undefined,
    isForTerminal: process.stdout.isTTY === true,
    hasColour: process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
    countMax: flags.count,
  };
}

function unsaid(flag: string, format: FlowFormat, formats: readonly FlowFormat[]): Fault {
  return new Fault("usage", `--${flag} has no place in the format ${format}`, `it is told in: ${formats.join(", ")}`);
}
