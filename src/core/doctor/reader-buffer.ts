import { listenersText } from "../explain/effective.ts";
import type { NflogGroup } from "../model/listener.ts";
import type { NetlinkSocket } from "../procfs/netlink.ts";
import { type Diagnosis, diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { type PlacedLog, placesOf } from "./placed.ts";
import { bufferRemedy } from "./reader-remedy.ts";
import { counted } from "./shell.ts";

/** A socket that reads groups, and the rules that log to them. */
export interface Reader {
  readonly groups: readonly NflogGroup[];
  readonly socket: NetlinkSocket | undefined;
  /** Its receive buffer; undefined where it cannot be seen. */
  readonly bufferBytes: number | undefined;
  readonly logs: readonly PlacedLog[];
}

/** What a message of one packet takes of the buffer, as the kernel charges it (tried: 212992 bytes hold 256). */
const MESSAGE_BYTES = 832;

/** A smaller one is full within a hundredth of a second of a flood. */
const BUFFER_BYTES_LEAST = 1024 * 1024;

/** One finding of a reader's buffer: full now, lost before, or small. */
export function bufferDiagnoses(reader: Reader, facts: Facts): Diagnosis[] {
  const { socket } = reader;
  if (socket === undefined) return [];
  return socket.drops > 0 ? [lost(reader, socket, facts)] : small(reader, facts);
}

function lost(reader: Reader, { drops, waitingBytes }: NetlinkSocket, facts: Facts): Diagnosis {
  // One more batch may not fit, though there is room.
  const isFull = waitingBytes > (reader.bufferBytes ?? Number.POSITIVE_INFINITY) / 2;
  const now = isFull ? `, and ${waitingBytes} bytes wait to be read: it does not keep up` : "";
  const message = `${readerText(reader)} has lost ${counted(drops, "message")}${now}; ${roomText(reader, facts)}`;
  return diagnosis(
    isFull ? "reader-full" : "reader-lost",
    message,
    bufferRemedy(reader.groups, reader.bufferBytes, facts),
    groupsOf(reader),
  );
}

function small(reader: Reader, facts: Facts): Diagnosis[] {
  const { bufferBytes, logs } = reader;
  const unlimited = placesOf(logs.filter(({ site }) => site.limit === null));
  if (bufferBytes === undefined || bufferBytes >= BUFFER_BYTES_LEAST || unlimited.length === 0) return [];
  const isCapped = bufferBytes === 2 * (facts.readers.rmemMax ?? 0);
  const packets = `${isCapped ? "all that rmem_max allows, " : ""}room for ${Math.floor(bufferBytes / MESSAGE_BYTES)} packets that come one by one`;
  const rules = `${counted(unlimited.length, "rule")} without a limit ${unlimited.length === 1 ? "logs" : "log"} to it`;
  const message = `${readerText(reader)} may lose packets: ${rules}, and ${roomText(reader, facts)}: ${packets}`;
  return [
    diagnosis("reader-buffer", message, bufferRemedy(reader.groups, bufferBytes, facts), [
      ...groupsOf(reader),
      ...unlimited,
    ]),
  ];
}

function roomText({ bufferBytes }: Reader, { readers: { rmemDefault, rmemMax } }: Facts): string {
  const limits = `(net.core.rmem_default ${rmemDefault ?? "unknown"}, rmem_max ${rmemMax ?? "unknown"})`;
  return bufferBytes === undefined
    ? `its buffer cannot be seen ${limits}`
    : `its buffer has ${bufferBytes} bytes ${limits}`;
}

/** `node (pid 5), reader of group 7,`. */
function readerText({ groups }: Reader): string {
  const [first] = groups as [NflogGroup, ...NflogGroup[]];
  const numbers = groups.map(({ group }) => group).join(", ");
  const who = first.listeners.length === 0 ? `the process with port id ${first.portId}` : listenersText(first);
  return `${who}, reader of group${groups.length === 1 ? "" : "s"} ${numbers},`;
}

function groupsOf({ groups }: Reader): string[] {
  return groups.map(({ group }) => `group ${group}`);
}
