import { stateName } from "../flow/states.ts";
import { type ConntrackMessage, CTA } from "../netlink/conntrack-message.ts";
import { Tuple } from "../netlink/conntrack-tuple.ts";
import { attributesIn } from "../netlink/message.ts";
import { Moment64 } from "../netlink/time64.ts";
import { ipv4Text, ipv6Text } from "../packet/address.ts";
import { protocolName } from "../packet/protocol-names.ts";
import { FLOW_STATUS, type FlowChange, type FlowEvent } from "./event.ts";
import { present, presentAny } from "./present.ts";
import { type Moment, momentText } from "./time-text.ts";
import { flowTopicOf } from "./topic.ts";

/** What is known of a flow beside a message. */
export interface FlowSurroundings {
  readonly host?: string;
  readonly netns?: string;
  /** When it was read. */
  readonly moment: Moment;
  readonly change: FlowChange;
  /** Whether the kernel's table shows it, and no event did. */
  readonly isResync: boolean;
  /** When its beginning was read, in microseconds since 1970; 0: it was not. */
  readonly beganUs: number;
}

/** The event of a conntrack message. */
export function flowEventOf(message: ConntrackMessage, around: FlowSurroundings): FlowEvent {
  const { orig, reply, bytes } = message;
  const { change, host, netns, isResync } = around;
  const proto = protocolName(orig.protocol);
  const stop = timeAt(message, message.stoppedAt);
  const when = whenOf(message, around, stop);
  const times = timesOf(message, around, stop ?? when);
  return present<FlowEvent>({
    ...{ schema: 1, kind: "flow", ts: momentText(when), ts_source: when === around.moment ? "reader" : "kernel" },
    ...{ host, netns, source: "conntrack", change, resync: isResync ? true : undefined },
    ...{ topic: flowTopicOf(change, proto), id: message.id, family: orig.addressBytes === 4 ? "ip" : "ip6" },
    ...endsOf(bytes, orig),
    proto,
    ...portsOf(orig),
    state: stateName(orig.protocol, message.state),
    status: statusNames(message.status),
    ...{ timeout: told(message.timeout), mark: told(message.mark), zone: told(message.zone) },
    ...{ zone_orig: told(orig.zone), zone_reply: told(reply.zone), labels: labelsOf(message) },
    ...{ helper: nameIn(message, CTA.help), secctx: nameIn(message, CTA.securityContext) },
    nat: natOf(message),
    orig: presentAny({ packets: told(message.out.packets), bytes: told(message.out.bytes) }),
    reply: present<FlowEvent["reply"]>({
      ...endsOf(bytes, reply),
      ...portsOf(reply),
      ...{ packets: told(message.back.packets), bytes: told(message.back.bytes) },
    }),
    packets: sumOf(message.out.packets, message.back.packets),
    bytes: sumOf(message.out.bytes, message.back.bytes),
    ...{ start: times.start, start_source: times.start_source, stop: stop && momentText(stop) },
    duration: times.duration,
    ...moreOf(message),
    port_id: message.portId === 0 ? undefined : message.portId,
  });
}

function told(number: number): number | undefined {
  return number < 0 ? undefined : number;
}

function sumOf(out: number, back: number): number | undefined {
  return out < 0 || back < 0 ? undefined : Math.min(out + back, Number.MAX_SAFE_INTEGER);
}

function endsOf(bytes: Buffer, { srcAt, dstAt, addressBytes }: Tuple): { src: string; dst: string } {
  const textAt = addressBytes === 4 ? ipv4Text : ipv6Text;
  return { src: textAt(bytes, srcAt), dst: textAt(bytes, dstAt) };
}

function portsOf({ sport, dport, icmpId, icmpType, icmpCode }: Tuple) {
  const icmp = icmpType < 0 ? undefined : present({ type: icmpType, code: Math.max(icmpCode, 0), id: told(icmpId) });
  return { sport: told(sport), dport: told(dport), icmp: icmp as FlowEvent["icmp"] };
}

/** The names of the bits that are set. */
export function statusNames(status: number): FlowEvent["status"] {
  return FLOW_STATUS.filter((_, bit) => (status & (1 << bit)) !== 0);
}

/** The bytes of the bits stand lowest first. */
function labelsOf(message: ConntrackMessage): string | undefined {
  const labels = message.valueOf(CTA.labels);
  return labels && Buffer.from(labels).reverse().toString("hex");
}

/** The first nested attribute is a name, of a helper or of a security context. */
function nameIn(message: ConntrackMessage, type: number): string | undefined {
  const name = attributesIn(message.valueOf(type) ?? NO_BYTES).find((one) => one.type === 1)?.value;
  return name?.toString("utf8").replace(/\0.*$/s, "");
}

const NO_BYTES = Buffer.alloc(0);

/** Answers go to what the source was made to be, and come from what the destination was made to be. */
function natOf({ bytes, orig, reply }: ConntrackMessage): FlowEvent["nat"] {
  const [out, back] = [endsOf(bytes, orig), endsOf(bytes, reply)];
  return presentAny({
    src: back.dst === out.src ? undefined : back.dst,
    sport: reply.dport === orig.sport ? undefined : told(reply.dport),
    dst: back.src === out.dst ? undefined : back.src,
    dport: reply.sport === orig.dport ? undefined : told(reply.sport),
  }) as FlowEvent["nat"];
}

/** When it happened: as the kernel says, if it does. */
function whenOf(
  message: ConntrackMessage,
  { moment, change, isResync }: FlowSurroundings,
  stop: Moment | undefined,
): Moment {
  if (isResync || change === "listed") return moment;
  return timeAt(message, message.happenedAt) ?? stop ?? moment;
}

function timeAt({ bytes }: ConntrackMessage, at: number): Moment | undefined {
  if (at === 0) return undefined;
  const time = new Moment64().read(bytes, at);
  return time.isZero ? undefined : time;
}

function startOf(message: ConntrackMessage, { beganUs }: FlowSurroundings): Moment | undefined {
  const start = timeAt(message, message.startedAt);
  return start !== undefined || beganUs === 0 ? start : new Moment64().take(beganUs);
}

/** When it began and how long it took; of what begins nothing. */
function timesOf(message: ConntrackMessage, around: FlowSurroundings, end: Moment) {
  const start = around.change === "new" ? undefined : startOf(message, around);
  if (start === undefined) return {};
  const ns = (end.seconds - start.seconds) * 1e9 + end.nanoseconds - start.nanoseconds;
  return {
    start: momentText(start),
    start_source: timeAt(message, message.startedAt) === undefined ? ("reader" as const) : ("kernel" as const),
    duration: Math.max(ns, 0) / 1e9,
  };
}

/** What most messages do not have. */
function moreOf(message: ConntrackMessage) {
  const protoinfo = protoInfoOf(message);
  if (!message.hasMore) return { protoinfo };
  return {
    master: masterOf(message),
    protoinfo,
    seq_adjust_orig: seqAdjustOf(message, CTA.seqAdjustOrig),
    seq_adjust_reply: seqAdjustOf(message, CTA.seqAdjustReply),
    synproxy: synproxyOf(message),
    use: told(message.use),
  };
}

function masterOf(message: ConntrackMessage): FlowEvent["master"] {
  const value = message.valueOf(CTA.tupleMaster);
  if (value === undefined) return undefined;
  const tuple = new Tuple();
  tuple.read(value, 0, value.length);
  if (tuple.addressBytes === 0) return undefined;
  const { sport, dport } = portsOf(tuple);
  return present({ ...endsOf(value, tuple), proto: protocolName(tuple.protocol), sport, dport }) as FlowEvent["master"];
}

/** The nested attributes behind an attribute's first level, by their types. */
function numbersIn(value: Buffer): ReadonlyMap<number, Buffer> {
  return new Map(attributesIn(value).map((one) => [one.type, one.value]));
}

function byteOf(value: Buffer | undefined): number | undefined {
  return value?.[0];
}

function u32Of(value: Buffer | undefined): number | undefined {
  return value === undefined || value.length < 4 ? undefined : value.readUInt32BE(0);
}

function protoInfoOf(message: ConntrackMessage): FlowEvent["protoinfo"] {
  const [info] = attributesIn(message.valueOf(CTA.protoInfo) ?? NO_BYTES);
  if (info === undefined) return undefined;
  const of = numbersIn(info.value);
  const [second, third] = [of.get(2), of.get(3)];
  switch (info.type) {
    case 1:
      return presentAny({
        ...{ wscale_orig: byteOf(second), wscale_reply: byteOf(third) },
        ...{ flags_orig: byteOf(of.get(4)), flags_reply: byteOf(of.get(5)) },
      });
    case 2:
      return presentAny({
        role: second === undefined ? undefined : byteOf(second) === 0 ? "client" : "server",
        handshake_seq: third?.length === 8 ? String(third.readBigUInt64BE(0)) : undefined,
      } as const) as FlowEvent["protoinfo"];
    default:
      return presentAny({ vtag_orig: u32Of(second), vtag_reply: u32Of(third) });
  }
}

function seqAdjustOf(message: ConntrackMessage, type: number): FlowEvent["seq_adjust_orig"] {
  const value = message.valueOf(type);
  if (value === undefined) return undefined;
  const of = numbersIn(value);
  const signed = (number: number | undefined): number => (number ?? 0) | 0;
  return { position: u32Of(of.get(1)) ?? 0, before: signed(u32Of(of.get(2))), after: signed(u32Of(of.get(3))) };
}

function synproxyOf(message: ConntrackMessage): FlowEvent["synproxy"] {
  const value = message.valueOf(CTA.synproxy);
  if (value === undefined) return undefined;
  const of = numbersIn(value);
  return { isn: u32Of(of.get(1)) ?? 0, its: u32Of(of.get(2)) ?? 0, tsoff: u32Of(of.get(3)) ?? 0 };
}
