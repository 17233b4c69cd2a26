import type { Layers } from "../event/layers.ts";
import { decodeName, decodeRecord, type Found, typeName } from "./dns-record.ts";

type Dns = NonNullable<Layers["dns"]>;

const HEAD_BYTES = 12;
/** A message has one question. */
const QUESTIONS_MAX = 16;
const ANSWERS_MAX = 100;
const PORTS: readonly (number | undefined)[] = [53, 5353];

/** By their bits (RFC 1035, section 4.1.1; RFC 4035, section 3). */
const FLAGS = [
  [0x0400, "AA"],
  [0x0200, "TC"],
  [0x0100, "RD"],
  [0x0080, "RA"],
  [0x0020, "AD"],
  [0x0010, "CD"],
] as const;

/** Whether one of the ports is that of DNS or of multicast DNS. */
export function isDns({ sport, dport }: { readonly sport?: number; readonly dport?: number }): boolean {
  return PORTS.includes(sport) || PORTS.includes(dport);
}

/**
 * A DNS message (RFC 1035): its head, its questions and its answers, as far as they are there and are not too many.
 * @returns undefined if it is none: without a head, or whole and yet without the question that it says it has
 */
export function decodeDns(message: Buffer, isCut: boolean): Dns | undefined {
  if (message.length < HEAD_BYTES) return undefined;
  const count = (at: number, most: number) => Math.min(message.readUInt16BE(at), most);
  const asked = sequence(message, { from: HEAD_BYTES, count: count(4, QUESTIONS_MAX), decode: decodeQuestion });
  if (!asked.isWhole && !isCut) return undefined;
  const told = asked.isWhole
    ? sequence(message, { from: asked.end, count: count(6, ANSWERS_MAX), decode: decodeRecord })
    : undefined;
  const control = message.readUInt16BE(2);
  return {
    id: message.readUInt16BE(0),
    qr: (control & 0x8000) === 0 ? "query" : "response",
    opcode: (control >> 11) & 15,
    rcode: control & 15,
    flags: FLAGS.flatMap(([bit, name]) => ((control & bit) === 0 ? [] : [name])),
    questions: asked.found,
    answers: told?.found ?? [],
  };
}

interface Sequence<T> {
  readonly from: number;
  readonly count: number;
  readonly decode: (message: Buffer, at: number) => Found<T> | undefined;
}

/** So many things one behind the other, as far as they are whole. */
function sequence<T>(
  message: Buffer,
  { from, count, decode }: Sequence<T>,
): { readonly found: T[]; readonly end: number; readonly isWhole: boolean } {
  const found: T[] = [];
  let end = from;
  while (found.length < count) {
    const next = decode(message, end);
    if (next === undefined) return { found, end, isWhole: false };
    found.push(next.value);
    end = next.end;
  }
  return { found, end, isWhole: true };
}

function decodeQuestion(message: Buffer, at: number): Found<Dns["questions"][number]> | undefined {
  const name = decodeName(message, at);
  if (name === undefined || message.length < name.end + 4) return undefined;
  return { value: { name: name.value, type: typeName(message.readUInt16BE(name.end)) }, end: name.end + 4 };
}
