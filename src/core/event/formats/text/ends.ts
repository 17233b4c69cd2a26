import type { PacketEvent } from "../../event.ts";

/** From where to where: `10.0.0.1:80 > [fd00::2]:4000`; names where they are known; of ARP who asks, and what it says. */
export function endsOf(event: PacketEvent): string {
  const { src, dst, sport, dport, src_name, dst_name, arp } = event;
  if (arp !== undefined && src === undefined) return arpText(arp);
  if (src === undefined && dst === undefined) return "";
  return `${endText(src_name ?? src, sport)} > ${endText(dst_name ?? dst, dport)}`;
}

/** An address or a name, and its port: those of IPv6 in brackets, where a port follows (RFC 5952, 6). */
export function endText(address = "?", port?: number): string {
  if (port === undefined) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

const REQUEST = 1;
const REPLY = 2;

function arpText({ operation, sender = "?", sender_mac = "?", target = "?" }: NonNullable<PacketEvent["arp"]>): string {
  if (operation === REQUEST) return `who has ${target}? tell ${sender}`;
  return operation === REPLY ? `${sender} is at ${sender_mac}` : `${sender} > ${target} operation ${operation}`;
}
