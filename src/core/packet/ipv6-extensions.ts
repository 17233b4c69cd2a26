import type { Layers } from "../event/layers.ts";

const FRAGMENT = 44;
const AUTHENTICATION = 51;
const NO_NEXT = 59;

/** Extension headers (RFC 8200, section 4; IANA's list) by nft's names; hip and shim6 have none there. */
const EXTENSIONS: ReadonlyMap<number, string> = new Map([
  [0, "hbh"],
  [43, "rt"],
  [FRAGMENT, "frag"],
  [AUTHENTICATION, "ah"],
  [60, "dst"],
  [135, "mh"],
  [139, "hip"],
  [140, "shim6"],
]);

/** They are messages by themselves: RFC 6275, 7401 and 5533. */
const MESSAGES = [135, 139, 140];

/** A packet with more is made to be read for long. */
const EXTENSIONS_MAX = 16;

/** What stands between the header of IPv6 and the layer above. */
export interface Extensions {
  readonly names: readonly string[];
  /** The protocol of the layer above; undefined if it was cut off. */
  readonly protocol: number | undefined;
  /** Where the layer above begins; behind the end of the packet if there is none. */
  readonly at: number;
  readonly fragment: Fragment | undefined;
  readonly ah: Layers["ah"];
}

/** What a fragment header says (RFC 8200, section 4.5). */
interface Fragment {
  readonly id: number;
  /** In bytes. */
  readonly offset: number;
  readonly hasMore: boolean;
}

/** The extension headers from there on; in a later fragment none behind its fragment header. */
export function decodeExtensions(packet: Buffer, from: number, first: number): Extensions {
  let extensions: Extensions = { names: [], protocol: first, at: from, fragment: undefined, ah: undefined };
  while (extensions.names.length < EXTENSIONS_MAX && (extensions.fragment?.offset ?? 0) === 0) {
    const next = behindOne(packet, extensions);
    if (next === undefined) break;
    extensions = next;
  }
  return extensions;
}

/** One extension header more; undefined where there is none. */
function behindOne(packet: Buffer, { names, protocol, at, fragment, ah }: Extensions): Extensions | undefined {
  const name = protocol === undefined ? undefined : EXTENSIONS.get(protocol);
  if (protocol === undefined || name === undefined) return undefined;
  if (packet[at] === NO_NEXT && MESSAGES.includes(protocol)) return undefined;
  return {
    names: [...names, name],
    protocol: packet[at],
    at: at + lengthOf(packet, at, protocol),
    fragment: (protocol === FRAGMENT ? decodeFragment(packet, at) : undefined) ?? fragment,
    ah: (protocol === AUTHENTICATION ? decodeAh(packet, at) : undefined) ?? ah,
  };
}

/** One of which the length was cut off ends behind the packet. */
function lengthOf(packet: Buffer, at: number, protocol: number): number {
  if (protocol === FRAGMENT) return 8;
  const length = packet[at + 1] ?? 0xffff;
  return protocol === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8;
}

function decodeFragment(packet: Buffer, at: number): Fragment | undefined {
  if (packet.length < at + 8) return undefined;
  const control = packet.readUInt16BE(at + 2);
  return { id: packet.readUInt32BE(at + 4), offset: control & 0xfff8, hasMore: (control & 1) !== 0 };
}

/** The authentication header (RFC 4302, section 2) that begins there; undefined if it is cut. */
export function decodeAh(packet: Buffer, at: number): Layers["ah"] {
  if (packet.length < at + 12) return undefined;
  return { spi: packet.readUInt32BE(at + 4), seq: packet.readUInt32BE(at + 8) };
}
