import * as z from "zod";
import { common, Time } from "./common.ts";
import { FlowEvent } from "./flow-event.ts";
import { LAYERS, text, u16, u32 } from "./layers.ts";

export { FLOW_CHANGES, type FlowChange } from "../model/flow-stream.ts";
export { FLOW_STATUS, FlowEvent } from "./flow-event.ts";

export const TIME_SOURCES = ["kernel", "reader", "capture", "log"] as const;

export const ACTIONS = ["allowed", "blocked"] as const;

export const HOOKS = ["prerouting", "input", "forward", "output", "postrouting", "ingress", "egress"] as const;
export type HookName = (typeof HOOKS)[number];

/** What a packet is to its flow, whichever way it goes (enum ip_conntrack_info, 3 more for answers). */
export const CT_STATES = ["established", "related", "new"] as const;

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
    ct_id: z.exactOptional(u32).describe("the kernel's number of its flow (--conntrack)"),
    ct_state: z
      .exactOptional(z.enum(CT_STATES))
      .describe("what the packet is to its flow, as nft's ct state: new, established, related (--conntrack)"),
    ...LAYERS,
    src_name: z.exactOptional(text).describe("a name of src (--names)"),
    dst_name: z.exactOptional(text).describe("a name of dst (--names)"),
    community_id: z.exactOptional(text).describe("Community ID 1, seed 0 (--community-id)"),
    why: z.exactOptional(text).describe("what could not be decoded, and why"),
    payload: z.exactOptional(text).describe("the bytes that were copied, from the network header on (--payload)"),
    payload_encoding: z.exactOptional(z.enum(["hex", "base64"])).describe("of payload"),
    payload_cut: z.exactOptional(u32).describe("bytes that were copied and are left out of payload"),
    cursor: common.cursor,
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
    source: z.exactOptional(z.literal("conntrack")).describe("of flows"),
    since: z.exactOptional(Time).describe("of flows: nothing was lost before"),
    until: z.exactOptional(Time).describe("of flows: when it was found out"),
    why: text,
    cursor: common.cursor,
  })
  .describe("Events that the reader did not get.");
export type LossEvent = z.infer<typeof LossEvent>;

/** One event: a line of NDJSON. Its keys stand in the order of the schema. */
export const NetlogEvent = z.discriminatedUnion("kind", [PacketEvent, FlowEvent, LossEvent]);
export type NetlogEvent = z.infer<typeof NetlogEvent>;

/** What happened on the network: all but what was lost of it. */
export type TrafficEvent = PacketEvent | FlowEvent;
