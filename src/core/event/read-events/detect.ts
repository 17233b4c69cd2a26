import type { InputFormat } from "../../model/packet-stream.ts";
import { isCapture } from "../../pcap/read.ts";
import { type Fields, fieldsOfLine } from "../formats/json-fields.ts";

/** A format, and whether anything speaks for it. */
export interface Detected {
  readonly format: InputFormat;
  readonly isGuess: boolean;
}

const CAPTURE_MAGIC_BYTES = 4;

/** Lines that say nothing before it is said that nothing does. */
const LINES_MAX = 64;

/** The format by the first bytes; undefined while more of them are needed to tell. */
export function detectFormat(start: Buffer, isAll: boolean): Detected | undefined {
  if (start.length < CAPTURE_MAGIC_BYTES && !isAll) return undefined;
  if (isCapture(start)) return { format: "pcap", isGuess: false };
  const text = start.toString("utf8");
  const lines = (isAll ? text : text.slice(0, text.lastIndexOf("\n") + 1)).split("\n", LINES_MAX);
  for (const line of lines) {
    const detected = formatOfLine(line.trim());
    if (detected !== undefined) return detected;
  }
  return isAll || lines.length === LINES_MAX ? { format: "iptables", isGuess: true } : undefined;
}

/** A line of JSON that is of no format that is known says nothing; any other line may be one of the kernel log. */
function formatOfLine(line: string): Detected | undefined {
  if (line === "") return undefined;
  if (!line.startsWith("{")) return { format: "iptables", isGuess: !isOfKernelLog(line) };
  const fields = fieldsOfLine(line);
  const [format] = SIGNS.find(([, isSign]) => fields !== undefined && isSign(fields)) ?? [];
  return format && { format, isGuess: false };
}

function isOfKernelLog(line: string): boolean {
  const at = line.indexOf("IN=");
  return at !== -1 && line.includes(" OUT=", at);
}

const has =
  (...keys: string[]) =>
  (fields: Fields): boolean =>
    keys.every((key) => Object.hasOwn(fields, key));

const SIGNS: readonly (readonly [InputFormat, (fields: Fields) => boolean])[] = [
  ["json", has("schema", "kind", "ts")],
  ["ulogd", has("oob.prefix")],
  ["ulogd", has("timestamp", "dvc")],
  ["spr", has("Prefix", "Timestamp")],
  ["eve", has("timestamp", "event_type")],
  ["ecs", has("@timestamp", "event")],
  ["iptables", has("__REALTIME_TIMESTAMP")],
  ["iptables", has("MESSAGE")],
];
