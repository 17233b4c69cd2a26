/** Numbers of protocols above IP by the names that events have for them (IANA, Assigned Internet Protocol Numbers). */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ["icmp", 1],
  ["igmp", 2],
  ["ipip", 4],
  ["tcp", 6],
  ["egp", 8],
  ["udp", 17],
  ["dccp", 33],
  ["ipv6", 41],
  ["gre", 47],
  ["esp", 50],
  ["ah", 51],
  ["icmpv6", 58],
  ["eigrp", 88],
  ["ospf", 89],
  ["pim", 103],
  ["vrrp", 112],
  ["l2tp", 115],
  ["sctp", 132],
  ["udplite", 136],
]);

const NAMES: ReadonlyMap<number, string> = new Map([...NUMBERS].map(([name, number]) => [number, name]));

/** The number of a protocol; undefined where the text is neither a name that is known nor a number. */
export function protocolNumber(proto: string): number | undefined {
  const known = NUMBERS.get(proto);
  if (known !== undefined) return known;
  const number = /^\d{1,3}$/.test(proto) ? Number(proto) : undefined;
  return number !== undefined && number <= 255 ? number : undefined;
}

/** The name of a protocol; its number as text where it has none. */
export function protocolName(number: number): string {
  return NAMES.get(number) ?? String(number);
}
