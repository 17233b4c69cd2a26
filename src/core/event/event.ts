import * as z from "zod";

const byte = z.int().min(0).max(255);
const u16 = z.int().min(0).max(0xffff);
const u32 = z.int().min(0).max(0xffff_ffff);
const text = z.string();
const mac = z.string().describe("six bytes in hex, joined by colons");

/** Nanoseconds in UTC as RFC 3339 writes them: nine digits behind the point, and Z. */
const Time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
  .describe("RFC 3339 in UTC, with nine digits behind the point");

/** What all kinds of events have. */
const common = {
  schema: z.literal(1).describe("the version of this schema"),
  ts: Time,
  host: z.exactOptional(text).describe("the name of the host"),
  netns: z.exactOptional(text).describe("the network namespace, if it was named"),
};

export const TIME_SOURCES = ["kernel", "reader", "capture", "log"] as const;

export const ACTIONS = ["allowed", "blocked"] as const;

export const HOOKS = ["prerouting", "input", "forward", "output", "postrouting", "ingress", "egress"] as const;
export type HookName = (typeof HOOKS)[number];

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
const layers = {
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

const Layers = z.strictObject(layers);
export type Layers = z.infer<typeof Layers>;

export const PacketEvent = z
  .strictObject({
    schema: common.schema,
    kind: z
      .enum(["packet", "undecoded"])
      .describe("undecoded: its bytes are no packet that is known; payload has them"),
    ts: common.ts,
    ts_source: z
      .enum(TIME_SOURCES)
      .describe("kernel: when the packet was received; reader: when it was read; capture, log: as it stands there"),
    host: common.host,
    netns: common.netns,
    source: z.enum(["nflog", "kmsg", "capture"]).describe("an NFLOG group, the kernel log, a capture"),
    group: z.exactOptional(u16).describe("the NFLOG group"),
    level: z.exactOptional(z.int().min(0).max(7)).describe("of a line of the kernel log, 0 emerg to 7 debug"),
    prefix: text.describe("as the rule has it"),
    topic: text.describe('"nft:" and the prefix without blanks around it, in lower case'),
    action: z
      .exactOptional(z.enum(ACTIONS))
      .describe(
        "by the first word of the prefix (drop, reject, deny, block: blocked; accept, allow: allowed), else by the group: 0 allowed, 1 blocked",
      ),
    hook: z.exactOptional(z.enum(HOOKS)).describe("of the chain that logged it"),
    family: z
      .exactOptional(z.enum(["ip", "ip6", "arp", "bridge", "netdev", "unspec"]))
      .describe("of the table that logged it; inet tables say ip or ip6"),
    in: z.exactOptional(text).describe("the interface it came in by; its index as text, if it has no name any more"),
    in_index: z.exactOptional(u32).describe("its index"),
    out: z.exactOptional(text).describe("the interface it goes out by"),
    out_index: z.exactOptional(u32).describe("its index"),
    phys_in: z.exactOptional(text).describe("the port of a bridge"),
    phys_in_index: z.exactOptional(u32).describe("its index"),
    phys_out: z.exactOptional(text).describe("the port of a bridge"),
    phys_out_index: z.exactOptional(u32).describe("its index"),
    mark: z.exactOptional(u32).describe("if it is not 0"),
    uid: z.exactOptional(u32).describe("of the socket that sent it"),
    gid: z.exactOptional(u32).describe("of the same"),
    program: z.exactOptional(text).describe("that holds the socket, where it still lives (--program)"),
    seq: z.exactOptional(u32).describe("number of the packet in its group, counted since the reader bound it"),
    seq_global: z.exactOptional(u32).describe("the same over all groups"),
    ...layers,
    src_name: z.exactOptional(text).describe("a name of src (--names)"),
    dst_name: z.exactOptional(text).describe("a name of dst (--names)"),
    community_id: z.exactOptional(text).describe("Community ID 1, seed 0 (--community-id)"),
    why: z.exactOptional(text).describe("what could not be decoded, and why"),
    payload: z.exactOptional(text).describe("the bytes that were copied, from the network header on (--payload)"),
    payload_encoding: z.exactOptional(z.enum(["hex", "base64"])).describe("of payload"),
    payload_cut: z.exactOptional(u32).describe("bytes that were copied and are left out of payload"),
  })
  .describe("A packet that a rule logged.");
export type PacketEvent = z.infer<typeof PacketEvent>;

export const LossEvent = z
  .strictObject({
    schema: common.schema,
    kind: z.literal("loss"),
    ts: common.ts,
    host: common.host,
    netns: common.netns,
    group: z.exactOptional(u16),
    count: z.int().min(0).describe("events that were lost; 0 if it is not known how many"),
    from: z.exactOptional(u32).describe("the first sequence number that is missing"),
    to: z.exactOptional(u32).describe("the last one"),
    why: text,
  })
  .describe("Events that the reader did not get.");
export type LossEvent = z.infer<typeof LossEvent>;

/** One event: a line of NDJSON. Its keys stand in the order of the schema. */
export const NetlogEvent = z.discriminatedUnion("kind", [PacketEvent, LossEvent]);
export type NetlogEvent = z.infer<typeof NetlogEvent>;
