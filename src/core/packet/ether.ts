import type { Layers } from "../event/layers.ts";
import { macText } from "./address.ts";

type Vlan = NonNullable<Layers["vlan"]>;

/** EtherTypes (IEEE 802 Numbers of IANA). */
export const ETHER_TYPE = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, ipv6: 0x86dd, serviceVlan: 0x88a8 } as const;

/** More tags than a packet has that is not made to be read for long. */
const TAGS_MAX = 8;
const ETHER_BYTES = 14;
const TAG_BYTES = 4;

/** The layers of the link, and where the network header behind them begins. */
export interface LinkHeader {
  readonly layers: Pick<Layers, "ether" | "vlan">;
  readonly networkAt: number;
  /** What the network header is; 0 if that was cut off. */
  readonly etherType: number;
}

/** The Ethernet header (IEEE 802.3) at the beginning of a frame, with its VLAN tags; of a short one what is whole. */
export function decodeEthernet(frame: Buffer): LinkHeader {
  const ether: NonNullable<Layers["ether"]> = {};
  if (frame.length >= 12) ether.src = macText(frame, 6);
  if (frame.length >= 6) ether.dst = macText(frame, 0);
  if (frame.length < ETHER_BYTES) {
    return { layers: frame.length < 6 ? {} : { ether }, networkAt: frame.length, etherType: 0 };
  }
  return behindTags(frame, { ether, at: ETHER_BYTES, etherType: frame.readUInt16BE(12) });
}

/** What stands behind an EtherType: VLAN tags if it is one of theirs, and then the network header. */
export function behindTags(
  frame: Buffer,
  link: { readonly ether: NonNullable<Layers["ether"]>; readonly at: number; readonly etherType: number },
): LinkHeader {
  const { vlan, networkAt, etherType } = decodeTags(frame, link.at, link.etherType);
  const ether = etherType === 0 ? link.ether : typed(link.ether, etherType);
  return { layers: vlan.length === 0 ? { ether } : { ether, vlan }, networkAt, etherType };
}

/** With its type, before that of the device. */
function typed({ src, dst, hw_type }: NonNullable<Layers["ether"]>, type: number): NonNullable<Layers["ether"]> {
  const ether: NonNullable<Layers["ether"]> = {};
  if (src !== undefined) ether.src = src;
  if (dst !== undefined) ether.dst = dst;
  ether.type = type;
  if (hw_type !== undefined) ether.hw_type = hw_type;
  return ether;
}

/** Whether an EtherType is that of a VLAN tag: IEEE 802.1Q, or 802.1ad. */
export function isTag(etherType: number): boolean {
  return etherType === ETHER_TYPE.vlan || etherType === ETHER_TYPE.serviceVlan;
}

/** The VLAN tags from there on, where the EtherType before is one of theirs; the outermost first. */
export function decodeTags(
  bytes: Buffer,
  at: number,
  etherType: number,
): { readonly vlan: Vlan; readonly networkAt: number; readonly etherType: number } {
  const vlan: Vlan = [];
  let [networkAt, type] = [at, etherType];
  while (isTag(type) && vlan.length < TAGS_MAX) {
    if (bytes.length < networkAt + 2) return { vlan, networkAt: bytes.length, etherType: 0 };
    vlan.push(decodeTag(type, bytes.readUInt16BE(networkAt)));
    if (bytes.length < networkAt + TAG_BYTES) return { vlan, networkAt: bytes.length, etherType: 0 };
    type = bytes.readUInt16BE(networkAt + 2);
    networkAt += TAG_BYTES;
  }
  return { vlan, networkAt, etherType: type };
}

/** A VLAN tag by its EtherType and its control information: priority, drop eligible, number (IEEE 802.1Q, 9.6). */
export function decodeTag(protocol: number, control: number): Vlan[number] {
  const tag: Vlan[number] = { protocol, id: control & 0xfff, priority: control >> 13 };
  if ((control & 0x1000) !== 0) tag.dei = true;
  return tag;
}
