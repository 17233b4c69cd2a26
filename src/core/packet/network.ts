import { decodeArp } from "./arp.ts";
import type { Decoded } from "./decoded.ts";
import { decodeTags, ETHER_TYPE, isTag } from "./ether.ts";
import { decodeIpv4 } from "./ipv4.ts";
import { decodeIpv6 } from "./ipv6.ts";

/** What a packet says from its network header on, or from its VLAN tags on if its EtherType is theirs. */
export function decodeNetwork(bytes: Buffer, etherType: number): Decoded {
  if (!isTag(etherType)) return decodeUntagged(bytes, etherType);
  const { vlan, networkAt, etherType: type } = decodeTags(bytes, 0, etherType);
  if (vlan.length === 0) return { layers: { cut: true }, why: "the VLAN tag is cut" };
  const { layers, ...rest } = decodeUntagged(bytes.subarray(networkAt), type);
  return { layers: { vlan, ...layers }, ...rest };
}

/** What a packet says from its network header on; 0 is no EtherType: it was cut off. */
export function decodeUntagged(bytes: Buffer, etherType: number): Decoded {
  if (bytes.length === 0) return { layers: {}, why: "there are no bytes of a network header" };
  switch (etherType) {
    case ETHER_TYPE.ipv4:
      return decodeIpv4(bytes);
    case ETHER_TYPE.ipv6:
      return decodeIpv6(bytes);
    case ETHER_TYPE.arp:
      return decodeArp(bytes);
    default:
      return { layers: {}, why: `what EtherType 0x${etherType.toString(16).padStart(4, "0")} stands for is not known` };
  }
}
