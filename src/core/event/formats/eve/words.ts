/** Suricata's word for ICMPv6. */
export const ICMP6 = "IPv6-ICMP";

/** A protocol as Suricata writes it. */
export function protoText(proto: string): string {
  return proto === "icmpv6" ? ICMP6 : proto.toUpperCase();
}

/** An event's time as Suricata writes it, in UTC: down to microseconds. */
export function timeText(ts: string): string {
  return `${ts.slice(0, 26)}+0000`;
}
