import type { Layers } from "../event/layers.ts";
import { macText } from "./address.ts";
import type { Decoded } from "./decoded.ts";
import { behindTags, decodeEthernet, ETHER_TYPE, type LinkHeader } from "./ether.ts";
import { decodeUntagged } from "./network.ts";

/** LINKTYPE_ (https://www.tcpdump.org/linktypes.html); raw IP has three numbers. */
const LINK = { ethernet: 1, raw: [12, 14, 101], linux: 113, ipv4: 228, ipv6: 229, linux2: 276 } as const;

/**
 * What a captured frame says, by its LINKTYPE_.
 * It tells where the network header begins, and its EtherType: 0 if that was cut off or is not known.
 */
export function decodeFrame(
  bytes: Buffer,
  linkType: number,
): Decoded & { readonly networkAt: number; readonly etherType: number } {
  const link = decodeLink(bytes, linkType);
  if (link === undefined) {
    return { layers: {}, why: `link type ${linkType} is not known`, networkAt: 0, etherType: 0 };
  }
  const { networkAt, etherType } = link;
  const { layers, why } = decodeUntagged(bytes.subarray(networkAt), etherType);
  // Of each packet of a capture: to copy one into the other costs less than to spread both.
  const decoded = { layers: Object.assign(link.layers, layers), networkAt, etherType };
  return why === undefined ? decoded : { ...decoded, why };
}

function decodeLink(bytes: Buffer, linkType: number): LinkHeader | undefined {
  switch (linkType) {
    case LINK.ethernet:
      return decodeEthernet(bytes);
    case LINK.ipv4:
      return { layers: {}, networkAt: 0, etherType: ETHER_TYPE.ipv4 };
    case LINK.ipv6:
      return { layers: {}, networkAt: 0, etherType: ETHER_TYPE.ipv6 };
    case LINK.linux:
      return decodeCooked(bytes, { head: 16, hardware: 2, length: 5, address: 6, etherType: 14 });
    case LINK.linux2:
      return decodeCooked(bytes, { head: 20, hardware: 8, length: 11, address: 12, etherType: 0 });
    default:
      return LINK.raw.some((raw) => raw === linkType) ? decodeRaw(bytes) : undefined;
  }
}

/** Without a header of the link the packet itself tells of which IP it is. */
function decodeRaw(bytes: Buffer): LinkHeader {
  const isIpv6 = (bytes[0] ?? 0) >> 4 === 6;
  return { layers: {}, networkAt: 0, etherType: isIpv6 ? ETHER_TYPE.ipv6 : ETHER_TYPE.ipv4 };
}

/** Where the fields of a cooked header stand; length is the low byte of that of the address. */
interface Cooked {
  readonly head: number;
  readonly hardware: number;
  readonly length: number;
  readonly address: number;
  readonly etherType: number;
}

/** LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2: a header that the capture made, with the address of the sender only. */
function decodeCooked(bytes: Buffer, fields: Cooked): LinkHeader {
  if (bytes.length < fields.head) return { layers: {}, networkAt: bytes.length, etherType: 0 };
  const ether: NonNullable<Layers["ether"]> = {};
  if (bytes[fields.length] === 6) ether.src = macText(bytes, fields.address);
  ether.hw_type = bytes.readUInt16BE(fields.hardware);
  return behindTags(bytes, { ether, at: fields.head, etherType: bytes.readUInt16BE(fields.etherType) });
}
