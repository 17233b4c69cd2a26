/** Names of IP protocols as events have them, by their numbers (IANA, Assigned Internet Protocol Numbers). */
export const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [1, "icmp"],
  [2, "igmp"],
  [4, "ipip"],
  [6, "tcp"],
  [17, "udp"],
  [33, "dccp"],
  [41, "ipv6"],
  [46, "rsvp"],
  [47, "gre"],
  [50, "esp"],
  [51, "ah"],
  [58, "icmpv6"],
  [89, "ospf"],
  [103, "pim"],
  [108, "ipcomp"],
  [112, "vrrp"],
  [115, "l2tp"],
  [132, "sctp"],
  [136, "udplite"],
]);

/** A protocol by its number: its name, or the number as text. */
export function protocolName(number: number): string {
  return PROTOCOL_NAMES.get(number) ?? String(number);
}
