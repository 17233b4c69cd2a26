import type { Layers } from "../event/layers.ts";
import { ipv4Text, macText } from "./address.ts";

type Dhcp = NonNullable<Layers["dhcp"]>;

/** Up to the hardware address: what stands behind may be cut off. */
const NEEDED_BYTES = 34;
const COOKIE_AT = 236;
const COOKIE = 0x63825363;
const ETHERNET = 1;
const PORTS: readonly (number | undefined)[] = [67, 68];

/** RFC 2132 (section 9.6), 3203, 4388 and 6926. */
const TYPES = [
  "DISCOVER",
  "OFFER",
  "REQUEST",
  "DECLINE",
  "ACK",
  "NAK",
  "RELEASE",
  "INFORM",
  "FORCERENEW",
  "LEASEQUERY",
  "LEASEUNASSIGNED",
  "LEASEUNKNOWN",
  "LEASEACTIVE",
];

/** Whether one of the ports is that of DHCP, of servers or of clients. */
export function isDhcp({ sport, dport }: { readonly sport?: number; readonly dport?: number }): boolean {
  return PORTS.includes(sport) || PORTS.includes(dport);
}

/** A DHCP or BOOTP message (RFC 2131, section 2); undefined if it is none. */
export function decodeDhcp(message: Buffer): Dhcp | undefined {
  const operation = message[0] ?? 0;
  if (message.length < NEEDED_BYTES || operation < 1 || operation > 2) return undefined;
  const options = optionsOf(message);
  const hasMac = message[1] === ETHERNET && message[2] === 6;
  const fields: { readonly [K in keyof Dhcp]: Dhcp[K] | undefined } = {
    operation,
    type: typeOf(options.get(53)),
    xid: message.readUInt32BE(4),
    client_mac: hasMac ? macText(message, 28) : undefined,
    client: addressAt(message, 12),
    yours: addressAt(message, 16),
    server: addressAt(options.get(54), 0) ?? addressAt(message, 20),
    relay: addressAt(message, 24),
    requested: addressAt(options.get(50), 0),
    hostname: options.get(12)?.toString("utf8").replace(/\0+$/, ""),
    lease_seconds: numberOf(options.get(51)),
  };
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Dhcp;
}

const PAD = 0;
const END = 255;

/** The options that are whole (RFC 2132, section 2); of one that comes twice the first. */
function optionsOf(message: Buffer): ReadonlyMap<number, Buffer> {
  const options = new Map<number, Buffer>();
  if (message.length < COOKIE_AT + 4 || message.readUInt32BE(COOKIE_AT) !== COOKIE) return options;
  for (let at = COOKIE_AT + 4; at < message.length && message[at] !== END; ) {
    const [code, end] = [message[at] ?? PAD, endOfOption(message, at)];
    if (end > message.length) break;
    if (!options.has(code)) options.set(code, message.subarray(at + 2, end));
    at = end;
  }
  return options;
}

/** A pad has no length. One of which the length was cut off ends behind the message. */
function endOfOption(message: Buffer, at: number): number {
  return message[at] === PAD ? at + 1 : at + 2 + (message[at + 1] ?? message.length);
}

function typeOf(option: Buffer | undefined): string | undefined {
  const number = option?.[0];
  return number === undefined ? undefined : (TYPES[number - 1] ?? String(number));
}

/** An address there; undefined if it is 0.0.0.0, which says that there is none. */
function addressAt(bytes: Buffer | undefined, at: number): string | undefined {
  if (bytes === undefined || bytes.length < at + 4 || bytes.readUInt32BE(at) === 0) return undefined;
  return ipv4Text(bytes, at);
}

function numberOf(option: Buffer | undefined): number | undefined {
  return option?.length === 4 ? option.readUInt32BE(0) : undefined;
}
