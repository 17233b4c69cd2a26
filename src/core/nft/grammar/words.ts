// The words of nft 1.0.6 to 1.1.7, as its tables of templates have them (src/meta.c, ct.c, proto.c, exthdr.c, tcpopt.c,
// ipopt.c, sctp_chunk.c, rt.c, socket.c, xfrm.c).

const split = (text: string): readonly string[] => text.trim().split(/\s+/);

export const META_KEYS = split(`
  length protocol priority random mark iif iifname iiftype oif oifname oiftype skuid skgid nftrace rtclassid
  ibriport obriport ibridgename obridgename ibrname obrname pkttype cpu iifgroup oifgroup cgroup nfproto l4proto secpath ipsec
  iifkind oifkind ibrpvid ibrvproto ibrhwaddr time day hour secmark sdif sdifname broute`);

export const CT_KEYS = [
  ...split(`state direction status mark expiration helper l3proto saddr daddr protocol proto-src proto-dst label
    packets bytes avgpkt zone event secmark id count`),
  "ip saddr",
  "ip daddr",
  "ip6 saddr",
  "ip6 daddr",
];

/** The headers that nft knows by name, and their fields. */
export const HEADERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["ether", split("daddr saddr type")],
  ["vlan", split("pcp dei cfi id type")],
  ["arp", [...split("htype ptype hlen plen operation"), "saddr ether", "daddr ether", "saddr ip", "daddr ip"]],
  ["ip", split("version hdrlength dscp ecn length id frag-off ttl protocol checksum saddr daddr")],
  ["icmp", split("type code checksum id sequence gateway mtu")],
  ["igmp", split("type checksum mrt group")],
  ["ip6", split("version dscp ecn flowlabel length nexthdr hoplimit saddr daddr")],
  ["icmpv6", split("type code checksum parameter-problem packet-too-big mtu id sequence max-delay taddr daddr")],
  ["ah", split("nexthdr hdrlength reserved spi sequence")],
  ["esp", split("spi sequence")],
  ["comp", split("nexthdr flags cpi")],
  ["udp", split("sport dport length checksum")],
  ["udplite", split("sport dport csumcov checksum")],
  ["tcp", split("sport dport sequence ackseq doff reserved flags window checksum urgptr")],
  ["dccp", split("sport dport type")],
  ["sctp", split("sport dport vtag checksum")],
  ["th", split("sport dport")],
  ["gre", split("flags version protocol")],
  ["gretap", split("daddr saddr type")],
  ["vxlan", split("vni flags")],
  ["geneve", split("vni type")],
]);

export const TUNNELS = split("vxlan geneve gre gretap");

export const EXTENSION_HEADERS = split("hbh rt rt0 rt2 rt4 srh frag dst mh ah esp comp");

export const TCP_OPTIONS = split(`eol nop maxseg window sack-perm sack-permitted sack sack0 sack1 sack2 sack3 timestamp
  echo echo-reply mptcp md5sig fastopen`);

export const IP_OPTIONS = split("lsrr ra rr ssrr");

export const SCTP_CHUNKS = split(`data init init-ack sack heartbeat heartbeat-ack abort shutdown shutdown-ack error
  cookie-echo cookie-ack ecne cwr shutdown-complete asconf-ack forward-tsn asconf`);

export const RT_KEYS = split("classid nexthop mtu ipsec");
export const SOCKET_KEYS = split("transparent mark wildcard cgroupv2");
export const OSF_KEYS = split("name version");
export const IPSEC_KEYS = split("spi reqid saddr daddr");
export const TUNNEL_KEYS = split("path id");
export const FIB_RESULTS = split("oif oifname type check");
