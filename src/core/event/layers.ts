import * as z from "zod";

const byte = z.int().min(0).max(255);
/** Numbers of 16 and 32 bits, and text: what most fields are. */
export const u16 = z.int().min(0).max(0xffff);
export const u32 = z.int().min(0).max(0xffff_ffff);
export const text = z.string();
const mac = z.string().describe("six bytes in hex, joined by colons");

const Ether = z.strictObject({
  src: z.exactOptional(mac),
  dst: z.exactOptional(mac),
  type: z.exactOptional(u16).describe("EtherType behind the VLAN tags"),
  hw_type: z.exactOptional(u16).describe("ARPHRD_ of the device"),
});

const Vlan = z.strictObject({
  protocol: u16.describe("EtherType of the tag: 0x8100 or 0x88a8"),
  id: u16.describe("the number of the VLAN"),
  priority: z.int().min(0).max(7).describe("class of service"),
  dei: z.exactOptional(z.literal(true)).describe("drop eligible"),
});

const Arp = z.strictObject({
  operation: u16.describe("1 request, 2 reply"),
  sender_mac: z.exactOptional(mac),
  sender: z.exactOptional(text).describe("address"),
  target_mac: z.exactOptional(mac),
  target: z.exactOptional(text).describe("address"),
});

const Ip = z.strictObject({
  version: z.union([z.literal(4), z.literal(6)]).describe("4 or 6"),
  tos: byte.describe("type of service, or traffic class of IPv6"),
  id: z.exactOptional(u32).describe("of IPv4, or of the fragment header of IPv6"),
  flags: z.exactOptional(z.array(z.enum(["RF", "DF", "MF"]))).describe("reserved, do not fragment, more fragments"),
  offset: z.exactOptional(u16).describe("of a fragment, in bytes"),
  flow_label: z.exactOptional(u32).describe("of IPv6"),
  extensions: z.exactOptional(z.array(text)).describe("names of the extension headers of IPv6, in order"),
  options: z.exactOptional(text).describe("of IPv4, in hex"),
});

const TcpOptions = z.strictObject({
  mss: z.exactOptional(u16).describe("maximum segment size"),
  window_scale: z.exactOptional(byte).describe("the shift of window"),
  sack_permitted: z.exactOptional(z.literal(true)).describe("may be acknowledged selectively"),
  sack: z.exactOptional(z.array(z.tuple([u32, u32]))).describe("from and to of what was received"),
  timestamp: z.exactOptional(z.tuple([u32, u32])).describe("value and echo"),
  other: z
    .exactOptional(
      z.array(z.strictObject({ kind: byte.describe("number of the option"), data: text.describe("in hex") })),
    )
    .describe("options that are not among these, or broken"),
});

/** The flags of TCP, lowest bit first (RFC 9293, RFC 9768). */
export const TCP_FLAG_NAMES = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"] as const;

const Tcp = z.strictObject({
  flags: z.array(z.enum(TCP_FLAG_NAMES)).describe("those that are set"),
  seq: z.exactOptional(u32).describe("a line of the kernel log has it only by the rule's flags"),
  ack: z.exactOptional(u32).describe("acknowledgement number"),
  window: u16.describe("as it stands there, not scaled"),
  urgent: z.exactOptional(u16).describe("the urgent pointer, with URG"),
  options: z.exactOptional(TcpOptions).describe("if there are any"),
});

/** The packet that an ICMP error is about. */
const Inner = z.strictObject({
  src: text.describe("address"),
  dst: text.describe("address"),
  proto: text.describe("as of packets"),
  sport: z.exactOptional(u16).describe("source port"),
  dport: z.exactOptional(u16).describe("destination port"),
});

const Icmp = z.strictObject({
  type: byte.describe("8 and 0 echo of ICMP, 128 and 129 of ICMPv6, 3 and 1 unreachable, ..."),
  code: byte.describe("what exactly, by type"),
  id: z.exactOptional(u16).describe("of an echo"),
  seq: z.exactOptional(u16).describe("of an echo"),
  mtu: z.exactOptional(u32).describe("of the next hop, for which the packet was too big"),
  gateway: z.exactOptional(text).describe("of a redirect"),
  target: z.exactOptional(text).describe("of neighbour discovery"),
  inner: z.exactOptional(Inner).describe("the packet that an error is about"),
});

const DnsRecord = z.strictObject({
  name: text.describe("whose record it is"),
  type: text.describe("A, AAAA, CNAME, ...; a number if it has no name"),
  ttl: u32.describe("seconds"),
  data: z
    .exactOptional(text)
    .describe(
      "an address, a name, what stands in a TXT, MX, SRV or SOA record with blanks between its parts; else hex",
    ),
});

const Dns = z.strictObject({
  id: u16.describe("number of the question"),
  qr: z.enum(["query", "response"]).describe("asked or answered"),
  opcode: byte.describe("0 is a query"),
  rcode: byte.describe("0 no error, 3 no such name"),
  flags: z.array(z.enum(["AA", "TC", "RD", "RA", "AD", "CD"])).describe("those that are set"),
  questions: z
    .array(z.strictObject({ name: text.describe("what was asked for"), type: text.describe("as of answers") }))
    .describe("16 at most"),
  answers: z.array(DnsRecord).describe("100 at most"),
});

const Dhcp = z.strictObject({
  operation: byte.describe("1 request, 2 reply"),
  type: z.exactOptional(text).describe("DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM"),
  xid: u32.describe("number of the exchange"),
  client_mac: z.exactOptional(mac),
  client: z.exactOptional(text).describe("the address that the client has"),
  yours: z.exactOptional(text).describe("the address that the client is given"),
  server: z.exactOptional(text).describe("address"),
  relay: z.exactOptional(text).describe("address"),
  requested: z.exactOptional(text).describe("the address that the client asks for"),
  hostname: z.exactOptional(text).describe("as the client calls itself"),
  lease_seconds: z.exactOptional(u32).describe("how long the address is given"),
});

/** What the bytes of a packet say. */
export const LAYERS = {
  ether: z.exactOptional(Ether).describe("the header of the link"),
  vlan: z.exactOptional(z.array(Vlan)).describe("outermost first"),
  arp: z.exactOptional(Arp).describe("of ARP"),
  src: z.exactOptional(text).describe("address"),
  dst: z.exactOptional(text).describe("address"),
  proto: z
    .exactOptional(text)
    .describe("tcp, udp, udplite, icmp, icmpv6, sctp, dccp, gre, esp, ah, igmp, ...; a number if it has no name"),
  sport: z.exactOptional(u16).describe("source port"),
  dport: z.exactOptional(u16).describe("destination port"),
  len: z.exactOptional(u32).describe("length of the packet by its IP header, in bytes"),
  ttl: z.exactOptional(byte).describe("time to live, or hop limit"),
  ip: z.exactOptional(Ip).describe("the rest of the header of IP"),
  tcp: z.exactOptional(Tcp).describe("of TCP"),
  udp: z.exactOptional(z.strictObject({ len: u16.describe("with its header") })).describe("of UDP"),
  icmp: z.exactOptional(Icmp).describe("of ICMP and ICMPv6"),
  sctp: z
    .exactOptional(
      z.strictObject({ tag: u32.describe("verification tag"), chunks: z.array(text).describe("their names") }),
    )
    .describe("of SCTP"),
  gre: z
    .exactOptional(
      z.strictObject({
        protocol: u16.describe("EtherType of what is in it"),
        key: z.exactOptional(u32).describe("of the tunnel"),
      }),
    )
    .describe("of GRE"),
  esp: z
    .exactOptional(
      z.strictObject({
        spi: u32.describe("security parameters index"),
        seq: z.exactOptional(u32).describe("sequence number"),
      }),
    )
    .describe("of ESP"),
  ah: z
    .exactOptional(
      z.strictObject({
        spi: u32.describe("security parameters index"),
        seq: z.exactOptional(u32).describe("sequence number"),
      }),
    )
    .describe("of the authentication header"),
  dns: z.exactOptional(Dns).describe("of DNS, on ports 53 and 5353"),
  dhcp: z.exactOptional(Dhcp).describe("of DHCP"),
  cut: z.exactOptional(z.literal(true)).describe("less was copied (snaplen, copy range) than the packet was long"),
};

const Layers = z.strictObject(LAYERS);
export type Layers = z.infer<typeof Layers>;
