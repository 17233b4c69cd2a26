import dnsPacket from "dns-packet";
import type { Layers } from "../event/layers.ts";
import { ipv4Text, ipv6Text } from "./address.ts";

type DnsRecord = NonNullable<Layers["dns"]>["answers"][number];

/** Something that was decoded, and where it ends. */
export interface Found<T> {
  readonly value: T;
  readonly end: number;
}

/** The parts of the library that its types do not tell of. They throw on what they cannot decode. */
interface Library {
  readonly name: {
    readonly decode: {
      (message: Buffer, at: number, options: { readonly mail: boolean }): string;
      readonly bytes: number;
    };
  };
  readonly txt: { decode(message: Buffer, at: number): readonly Buffer[] };
}
const library = dnsPacket as unknown as Library;

/** A name (RFC 1035, section 4.1.4) without the dot at its end; a dot within a label has a backslash before it. */
export function decodeName(message: Buffer, at: number): Found<string> | undefined {
  if (!isShort(message, at)) return undefined;
  return attempt(() => {
    const value = library.name.decode(message, at, { mail: true });
    return { value, end: at + library.name.decode.bytes };
  });
}

/** A name has at most 127 labels, and hardly more than one pointer. */
const STEPS_MAX = 160;

/** Whether a name ends, or breaks off, after not too many labels and pointers, of which a long message may have thousands. */
function isShort(message: Buffer, from: number): boolean {
  let at = from;
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    const length = message[at] ?? 0;
    if (length === 0) return true;
    at = length < 0xc0 ? at + 1 + length : ((length & 0x3f) << 8) | (message[at + 1] ?? 0);
  }
  return false;
}

function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/** A resource record (RFC 1035, section 4.1.3); undefined if it is not whole. */
export function decodeRecord(message: Buffer, at: number): Found<DnsRecord> | undefined {
  const name = decodeName(message, at);
  if (name === undefined || message.length < name.end + 10) return undefined;
  const dataAt = name.end + 10;
  const end = dataAt + message.readUInt16BE(dataAt - 2);
  if (message.length < end) return undefined;
  const type = message.readUInt16BE(name.end);
  const value: DnsRecord = { name: name.value, type: typeName(type), ttl: message.readUInt32BE(name.end + 4) };
  const part = message.subarray(0, end);
  if (end > dataAt) value.data = attempt(() => DATA[type]?.(part, dataAt)) ?? part.toString("hex", dataAt);
  return { value, end };
}

/** Data of one type as text; undefined or an error where it is not as its type has it. The message ends with it. */
type Decode = (message: Buffer, dataAt: number) => string | undefined;

const nameText: Decode = (message, dataAt) => decodeName(message, dataAt)?.value;

/** The library begins two bytes before the data, where their length stands. */
const strings: Decode = (message, dataAt) =>
  library.txt
    .decode(message, dataAt - 2)
    .map((part) => part.toString("utf8"))
    .join(" ");

/** So many numbers of two bytes, and a name. */
function numbersAndName(count: number): Decode {
  return (message, dataAt) => {
    const name = decodeName(message, dataAt + 2 * count);
    if (name === undefined) return undefined;
    const numbers = Array.from({ length: count }, (_, index) => message.readUInt16BE(dataAt + 2 * index));
    return [...numbers, name.value].join(" ");
  };
}

/** Two names, and five numbers of four bytes (RFC 1035, section 3.3.13). */
const authority: Decode = (message, dataAt) => {
  const server = decodeName(message, dataAt);
  const mail = server && decodeName(message, server.end);
  if (server === undefined || mail === undefined) return undefined;
  const numbers = Array.from({ length: 5 }, (_, index) => message.readUInt32BE(mail.end + 4 * index));
  return [server.value, mail.value, ...numbers].join(" ");
};

/** By type. */
const DATA: Readonly<Record<number, Decode>> = {
  1: (message, dataAt) => (message.length === dataAt + 4 ? ipv4Text(message, dataAt) : undefined),
  2: nameText,
  5: nameText,
  6: authority,
  12: nameText,
  15: numbersAndName(1),
  16: strings,
  28: (message, dataAt) => (message.length === dataAt + 16 ? ipv6Text(message, dataAt) : undefined),
  33: numbersAndName(3),
  39: nameText,
  99: strings,
};

/** Types of resource records (IANA's list). */
const TYPES: Readonly<Record<number, string>> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  6: "SOA",
  10: "NULL",
  12: "PTR",
  13: "HINFO",
  15: "MX",
  16: "TXT",
  17: "RP",
  18: "AFSDB",
  24: "SIG",
  25: "KEY",
  28: "AAAA",
  29: "LOC",
  33: "SRV",
  35: "NAPTR",
  36: "KX",
  37: "CERT",
  39: "DNAME",
  41: "OPT",
  42: "APL",
  43: "DS",
  44: "SSHFP",
  45: "IPSECKEY",
  46: "RRSIG",
  47: "NSEC",
  48: "DNSKEY",
  49: "DHCID",
  50: "NSEC3",
  51: "NSEC3PARAM",
  52: "TLSA",
  53: "SMIMEA",
  55: "HIP",
  59: "CDS",
  60: "CDNSKEY",
  61: "OPENPGPKEY",
  62: "CSYNC",
  63: "ZONEMD",
  64: "SVCB",
  65: "HTTPS",
  99: "SPF",
  108: "EUI48",
  109: "EUI64",
  249: "TKEY",
  250: "TSIG",
  251: "IXFR",
  252: "AXFR",
  255: "ANY",
  256: "URI",
  257: "CAA",
};

/** The name of a type of resource records; TYPE and its number if it has none (RFC 3597, section 5). */
export function typeName(type: number): string {
  return TYPES[type] ?? `TYPE${type}`;
}
