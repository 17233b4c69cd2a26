import * as z from "zod";
import { FLOW_CHANGES } from "../model/flow-stream.ts";
import { common, Time } from "./common.ts";
import { LAYERS, text, u16, u32 } from "./layers.ts";

/** The bits of a flow's status, lowest first (IPS_ in linux/netfilter/nf_conntrack_common.h). */
export const FLOW_STATUS = [
  ...(["expected", "seen_reply", "assured", "confirmed", "src_nat", "dst_nat", "seq_adjust", "src_nat_done"] as const),
  ...(["dst_nat_done", "dying", "fixed_timeout", "template", "untracked", "helper", "offload", "hw_offload"] as const),
] as const;

/** A count that the kernel keeps in 64 bits; beyond 2 to the power of 53 it is told as that. */
const count = z.int().min(0);

const counters = {
  packets: z.exactOptional(count).describe("if the kernel counted when the flow began (nf_conntrack_acct)"),
  bytes: z.exactOptional(count).describe("the same, with the headers of IP"),
};

/** A conversation's ends, from one side. */
const ends = {
  src: text.describe("address"),
  dst: text.describe("address"),
  sport: z.exactOptional(u16).describe("source port"),
  dport: z.exactOptional(u16).describe("destination port"),
  icmp: LAYERS.icmp.describe("of ICMP and ICMPv6: type, code and id"),
};

const Reply = z.strictObject({ ...ends, ...counters });

const Nat = z.strictObject({
  src: z.exactOptional(text).describe("the source address that the packets leave with"),
  sport: z.exactOptional(u16).describe("the source port that they leave with, if it is another"),
  dst: z.exactOptional(text).describe("the destination address that they really go to"),
  dport: z.exactOptional(u16).describe("the destination port that they really go to, if it is another"),
});

const ProtoInfo = z.strictObject({
  wscale_orig: z.exactOptional(u16).describe("of TCP: the shift of windows"),
  wscale_reply: z.exactOptional(u16).describe("the same of answers"),
  flags_orig: z.exactOptional(u16).describe("of TCP: what conntrack notes of it (IP_CT_TCP_FLAG_)"),
  flags_reply: z.exactOptional(u16).describe("the same of answers"),
  role: z.exactOptional(z.enum(["client", "server"])).describe("of DCCP: of the side that began"),
  handshake_seq: z.exactOptional(text).describe("of DCCP, in decimal"),
  vtag_orig: z.exactOptional(u32).describe("of SCTP: verification tag"),
  vtag_reply: z.exactOptional(u32).describe("the same of answers"),
});

const SeqAdjust = z.strictObject({
  position: u32.describe("sequence number behind which it counts"),
  before: z.int().describe("what is added in front of it"),
  after: z.int().describe("what is added behind it"),
});

const Master = z.strictObject({
  src: ends.src,
  dst: ends.dst,
  proto: text.describe("as of packets"),
  sport: ends.sport,
  dport: ends.dport,
});

export const FlowEvent = z
  .strictObject({
    schema: common.schema,
    kind: z.literal("flow"),
    ts: common.ts,
    ts_source: z
      .enum(["kernel", "reader", "log"])
      .describe("kernel: when it happened; reader: when it was read; log: as it stands there"),
    host: common.host,
    netns: common.netns,
    source: z.literal("conntrack").describe("the kernel's connection tracking"),
    change: z.enum(FLOW_CHANGES).describe("began, changed, ended; listed: how it stands"),
    resync: z
      .exactOptional(z.literal(true))
      .describe("not told by the kernel: events were lost, and its table shows that this happened meanwhile"),
    topic: text.describe('"ct:", the change and tcp, udp, icmp, icmpv6 or another protocol: ct:new:tcp'),
    id: u32.describe("the kernel's number of the flow"),
    family: z.enum(["ip", "ip6"]).describe("IPv4 or IPv6"),
    src: ends.src,
    dst: ends.dst,
    proto: text.describe("as of packets"),
    sport: ends.sport,
    dport: ends.dport,
    icmp: ends.icmp,
    state: z.exactOptional(text).describe("of TCP, SCTP and DCCP: SYN_SENT, ESTABLISHED, ..."),
    status: z.array(z.enum(FLOW_STATUS)).describe("those that are set"),
    timeout: z.exactOptional(u32).describe("seconds until the flow ends if nothing comes"),
    mark: z.exactOptional(u32).describe("as the kernel says it"),
    zone: z.exactOptional(u16).describe("of conntrack, both ways"),
    zone_orig: z.exactOptional(u16).describe("of conntrack, of the way out alone"),
    zone_reply: z.exactOptional(u16).describe("of conntrack, of answers alone"),
    labels: z.exactOptional(text).describe("128 bits in hex, the highest first"),
    helper: z.exactOptional(text).describe("ftp, sip, ...: what reads along for related flows"),
    secctx: z.exactOptional(text).describe("the context of SELinux or the like"),
    nat: z.exactOptional(Nat).describe("what of the addresses is rewritten"),
    orig: z.exactOptional(z.strictObject(counters)).describe("counted from src to dst"),
    reply: Reply.describe("answers: whom they come from and go to, as they arrive here"),
    packets: z.exactOptional(count).describe("both ways"),
    bytes: z.exactOptional(count).describe("both ways"),
    start: z.exactOptional(Time).describe("when it began"),
    start_source: z
      .exactOptional(z.enum(["kernel", "reader"]))
      .describe("kernel: by nf_conntrack_timestamp; reader: when its beginning was told, to the microsecond"),
    stop: z.exactOptional(Time).describe("when it ended, by the kernel"),
    duration: z.exactOptional(z.number().min(0)).describe("seconds from its start to its stop or, without one, to ts"),
    master: z.exactOptional(Master).describe("the flow that this one belongs to"),
    protoinfo: z.exactOptional(ProtoInfo).describe("what else conntrack knows of TCP, DCCP or SCTP"),
    seq_adjust_orig: z.exactOptional(SeqAdjust).describe("sequence numbers of TCP that are rewritten"),
    seq_adjust_reply: z.exactOptional(SeqAdjust).describe("the same of answers"),
    synproxy: z
      .exactOptional(z.strictObject({ isn: u32, its: u32, tsoff: u32 }))
      .describe("of SYNPROXY: initial sequence number, initial timestamp, its offset"),
    use: z.exactOptional(u32).describe("references to it"),
    port_id: z.exactOptional(u32).describe("the netlink port of the program that caused it, such as conntrack -D"),
    src_name: z.exactOptional(text).describe("a name of src (--names)"),
    dst_name: z.exactOptional(text).describe("a name of dst (--names)"),
    community_id: z.exactOptional(text).describe("Community ID 1, seed 0 (--community-id)"),
    cursor: common.cursor,
  })
  .describe("A flow that conntrack follows.");
export type FlowEvent = z.infer<typeof FlowEvent>;
