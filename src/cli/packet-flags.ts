import { Flags } from "@oclif/core";
import { Fault } from "../core/model/fault.ts";
import {
  CAPTURE_FORMATS,
  type CaptureFormat,
  FLOW_FORMATS,
  type FlowFormat,
  FORMATS,
  type Format,
  INPUT_FORMATS,
  type InputFormat,
  type Telling,
} from "../core/model/packet-stream.ts";
import type { ConvertWish } from "../verbs/convert-packets.ts";
import { parseSeconds } from "./duration.ts";

const PAYLOAD_BYTES_MAX = 65_535;

/** What commands take that tell packets: which, of what, and in which form. */
export const TELL_FLAGS = {
  prefix: Flags.string({
    summary: "Only packets whose prefix is like this (* and ?, blanks around it do not count); may be given again.",
    helpValue: "GLOB",
    multiple: true,
  }),
  where: Flags.string({
    char: "w",
    summary: "Only packets for which this holds, such as: src in 10.0.0.0/8 and dport = 22.",
    helpValue: "EXPR",
  }),
  count: Flags.integer({ char: "c", summary: "End after this many packets.", helpValue: "N", min: 1 }),
  fields: Flags.string({
    summary: "Of JSON: all fields, or only who talked to whom.",
    options: ["default", "compact"],
    default: "default",
  }),
  payload: Flags.string({ summary: "Tell the packet's bytes, too, in JSON.", options: ["hex", "base64"] }),
  "payload-max": Flags.integer({
    summary: "How many of them at most.",
    helpValue: "BYTES",
    min: 0,
    max: PAYLOAD_BYTES_MAX,
    default: PAYLOAD_BYTES_MAX,
  }),
  names: Flags.boolean({
    summary: "Add names of addresses: of DNS answers and DHCP packets seen, /etc/hosts, leases. Nobody is asked.",
  }),
  "community-id": Flags.boolean({ summary: "Add the Community ID of the conversation." }),
};

interface TellFlags {
  readonly prefix: string[] | undefined;
  readonly where: string | undefined;
  readonly count: number | undefined;
  readonly fields: string;
  readonly payload: string | undefined;
  readonly "payload-max": number;
  readonly names: boolean;
  readonly "community-id": boolean;
  readonly program?: boolean;
  readonly fix?: boolean;
  readonly output?: string | undefined;
}

/** The format that was named, or what a person or a program would read. */
export function formatWanted(named: string | undefined, isJson: boolean): Format;
export function formatWanted<F extends string>(
  named: string | undefined,
  isJson: boolean,
  formats: readonly F[],
): F | "json" | "text";
export function formatWanted(named: string | undefined, isJson: boolean, formats: readonly string[] = FORMATS): string {
  const format = formats.find((one) => one === named);
  if (isJson && format !== undefined && format !== "json") {
    throw new Fault("usage", `--json and --format ${format} exclude each other`, "give one of them");
  }
  if (isJson) return "json";
  return format ?? (process.stdout.isTTY ? "text" : "json");
}

/** What each of these is told in; the others have no place for it. */
const TELLS: Readonly<Record<string, readonly string[]>> = {
  payload: ["json", "eve", "ecs"],
  fields: ["json"],
  "community-id": ["json", "eve", "ecs", "zeek"],
  fix: ["vyos"],
};

/** Wishes that a format cannot fulfil are refused. */
function refuseUntold(flags: TellFlags, format: Format | FlowFormat): void {
  const asked = [
    ["payload", flags.payload !== undefined],
    ["fields", flags.fields === "compact"],
    ["community-id", flags["community-id"]],
    ["fix", flags.fix === true],
  ] as const;
  const untold = asked.find(([flag, isAsked]) => isAsked && !TELLS[flag]?.includes(format))?.[0];
  if (untold === undefined) return;
  const formats = TELLS[untold]?.join(", ");
  throw new Fault("usage", `--${untold} has no place in the format ${format}`, `it is told in: ${formats}`);
}

/** The same where captures are written, too, and files: for those nobody looks at a terminal. */
export function formatToWrite(
  { to, output }: { readonly to: string | undefined; readonly output: string | undefined },
  isJson: boolean,
): Format | FlowFormat | CaptureFormat {
  const capture = CAPTURE_FORMATS.find((one) => one === to);
  if (capture === undefined) {
    return formatWanted(output === undefined ? to : (to ?? "json"), isJson, [...FORMATS, ...FLOW_FORMATS]);
  }
  if (isJson) throw new Fault("usage", `--json and --format ${capture} exclude each other`, "give one of them");
  if (output !== undefined || !process.stdout.isTTY) return capture;
  throw new Fault("usage", "a terminal cannot show a capture", "name a file: -o FILE");
}

/** The format of what is read, if it was named. */
export function inputFormatOf(named: string | undefined): InputFormat | undefined {
  return INPUT_FORMATS.find((one) => one === named);
}

export function tellingOf(flags: TellFlags, format: Format | FlowFormat): Telling {
  refuseUntold(flags, format);
  const { payload } = flags;
  return {
    format,
    fields: flags.fields === "compact" ? "compact" : "default",
    payload:
      payload === undefined
        ? undefined
        : { encoding: payload === "hex" ? "hex" : "base64", bytesMax: flags["payload-max"] },
    prefixes: flags.prefix ?? [],
    where: flags.where,
    hasCommunityId: flags["community-id"],
    hasProgram: flags.program ?? false,
    vyos: { hasCounters: flags.fix ?? false, debugOffsetMinutes: undefined },
    names: flags.names ? { hosts: "", leases: [] } : undefined,
    isForTerminal: isForTerminal(flags.output),
    hasColour: flags.output === undefined && process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
    countMax: flags.count,
  };
}

/** What stamps of a log leave out, as it is here and now. */
export function clockOfNow(): ConvertWish["clock"] {
  const now = new Date();
  return { year: now.getFullYear(), offsetMinutes: -now.getTimezoneOffset(), nowSeconds: now.getTime() / 1000 };
}

/** A device may lead to one. */
function isForTerminal(output: string | undefined): boolean {
  return output === undefined ? process.stdout.isTTY === true : /^\/(?:dev|proc)\//.test(output);
}

/** A time to end after; 0 is for ever. */
export function timeoutMs(text: string | undefined): number | undefined {
  return text === undefined || /^0[smh]?$/.test(text) ? undefined : parseSeconds(text) * 1000;
}

/** `0,1` and several of those. */
export function groupsIn(texts: readonly string[] = []): number[] | undefined {
  if (texts.length === 0) return undefined;
  return texts.flatMap((text) => text.split(",")).map(groupIn);
}

function groupIn(text: string): number {
  const group = /^(?:0|[1-9][0-9]{0,4})$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (group <= 65_535) return group;
  throw new Fault("usage", `"${text.slice(0, 40)}" is no NFLOG group`, "give numbers from 0 to 65535: --group 0,1");
}
