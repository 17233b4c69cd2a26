/** Names of IP protocols as nft and protocols(5) have them; ICMPv6 as nft calls it. */
export const PROTOCOL_NAMES: readonly (readonly [number, string])[] = [
  [0, "hopopt"],
  [1, "icmp"],
  [2, "igmp"],
  [3, "ggp"],
  [4, "ipencap"],
  [6, "tcp"],
  [8, "egp"],
  [9, "igp"],
  [17, "udp"],
  [27, "rdp"],
  [33, "dccp"],
  [41, "ipv6"],
  [43, "ipv6-route"],
  [44, "ipv6-frag"],
  [46, "rsvp"],
  [47, "gre"],
  [50, "esp"],
  [51, "ah"],
  [58, "icmpv6"],
  [59, "ipv6-nonxt"],
  [60, "ipv6-opts"],
  [88, "eigrp"],
  [89, "ospf"],
  [94, "ipip"],
  [97, "etherip"],
  [98, "encap"],
  [103, "pim"],
  [108, "ipcomp"],
  [112, "vrrp"],
  [115, "l2tp"],
  [124, "isis"],
  [132, "sctp"],
  [133, "fc"],
  [135, "mobility-header"],
  [136, "udplite"],
  [137, "mpls-in-ip"],
  [138, "manet"],
  [139, "hip"],
  [140, "shim6"],
  [141, "wesp"],
  [142, "rohc"],
  [143, "ethernet"],
];

const BY_NUMBER: ReadonlyMap<number, string> = new Map(PROTOCOL_NAMES);
const BY_NAME: ReadonlyMap<string, number> = new Map([
  ...PROTOCOL_NAMES.map(([number, name]) => [name, number] as const),
  ["ipv6-icmp", 58],
]);

/** The name of an IP protocol as protocols(5) has it, "tcp" for 6; the number as text if it has none. */
export function protocolName(number: number): string {
  return BY_NUMBER.get(number) ?? String(number);
}

/** The number of an IP protocol by its name or by its number as text, in any case; undefined if it is neither. */
export function protocolNumber(name: string): number | undefined {
  if (/^\d{1,3}$/.test(name)) return Number(name) <= 255 ? Number(name) : undefined;
  return BY_NAME.get(name.toLowerCase());
}
