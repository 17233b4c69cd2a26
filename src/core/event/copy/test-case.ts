import { Device } from "../../intent/name-schema.ts";
import { bytesOf, PREFIX_BYTES_MAX } from "../../model/log-statement.ts";
import { printable } from "../../printable.ts";
import type { PacketEvent } from "../event.ts";
import { endsOf } from "../formats/text/ends.ts";
import { type Flow, flowText } from "./flow-text.ts";
import { sentPacket } from "./sent-packet.ts";

/**
 * The event as a case of a file of log tests (`netlogctl rules test`): an item of its list `tests:` in YAML, with a packet
 * that looks the same to rules, and the line that it is to make. Undefined where no packet can be said.
 */
export function testCaseOf(event: PacketEvent, bytes: Buffer | undefined): string | undefined {
  const sent = sentPacket(event, bytes);
  if (sent === undefined) return undefined;
  const [first, ...rest] = Object.entries({ ...placeOf(event), ...sent });
  return [
    `  - name: ${flowText(nameOf(event))}`,
    "    packets:",
    ...(first === undefined ? [] : [`      - ${entryText(first)}`]),
    ...rest.map((entry) => `        ${entryText(entry)}`),
    "    logged:",
    `      - ${flowText(lineOf(event))}`,
    "",
  ].join("\n");
}

function entryText([key, value]: readonly [string, Flow]): string {
  return `${key}: ${flowText(value)}`;
}

const NAME_LENGTH_MAX = 120;

/** With its time: each test of a file has its own name. */
function nameOf(event: PacketEvent): string {
  const said = printable(`${event.proto ?? "packet"} ${endsOf(event)}`.trim());
  return `${said.slice(0, NAME_LENGTH_MAX)}, ${event.ts.slice(11, 29)}`;
}

/** Where a packet comes from of which no interface is known: what most tests call theirs. */
const SOMEWHERE = "eth0";

/** Nothing arrives at lo: what is there was sent. */
function placeOf(event: PacketEvent): Readonly<Record<string, Flow>> {
  const { in: arriving = "", out = "" } = event;
  if (arriving === "lo") return { out: "lo" };
  if (isDevice(arriving, event.in_index)) return { in: arriving };
  return isDevice(out, event.out_index) ? { out } : { in: SOMEWHERE };
}

function isDevice(name: string | undefined, index: number | undefined): name is string {
  return name !== undefined && name !== String(index) && Device.safeParse(name).success;
}

/** What is known of the line, and can be asked for. */
function lineOf(event: PacketEvent): Readonly<Record<string, Flow>> {
  const { prefix, in: arriving, in_index, out, out_index } = event;
  return {
    ...(bytesOf(prefix) <= PREFIX_BYTES_MAX ? { prefix } : {}),
    ...destinationOf(event),
    ...(isDevice(arriving, in_index) ? { in: arriving } : {}),
    ...(isDevice(out, out_index) ? { out } : {}),
  };
}

function destinationOf({ source, group }: PacketEvent): Readonly<Record<string, Flow>> {
  if (source === "kmsg") return { to: "kernel" };
  return group === undefined ? {} : { to: `group ${group}` };
}
