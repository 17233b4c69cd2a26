import { stateName } from "../flow/states.ts";
import type { ConntrackMessage } from "../netlink/conntrack-message.ts";
import type { Tuple } from "../netlink/conntrack-tuple.ts";
import { Moment64 } from "../netlink/time64.ts";
import { ipv4Text, ipv6Text } from "../packet/address.ts";
import { protocolName } from "../packet/protocol-names.ts";
import { moreOf, namesOf, protoInfoOf } from "./conntrack-more.ts";
import { FLOW_STATUS, type FlowChange, type FlowEvent } from "./event.ts";
import { presentAny } from "./present.ts";
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

/** An event that is being made: keys are added one by one, in the order of the schema, which is fast. */
type Growing = { -readonly [Key in keyof FlowEvent]: FlowEvent[Key] };

/** The event of a conntrack message. */
export function flowEventOf(message: ConntrackMessage, around: FlowSurroundings): FlowEvent {
  const stop = timeAt(message, message.stoppedAt);
  const when = whenOf(message, around, stop);
  const event = startOf(message, around, when);
  addEnds(event, message);
  addState(event, message);
  addWays(event, message);
  addTimes(event, message, around, { stop, when });
  addMore(event, message);
  if (message.use >= 0) event.use = message.use;
  if (message.portId !== 0) event.port_id = message.portId;
  return event;
}

function startOf(message: ConntrackMessage, around: FlowSurroundings, when: Moment): Growing {
  const { change, host, netns, isResync } = around;
  const start: Pick<
    Growing,
    "schema" | "kind" | "ts" | "ts_source" | "host" | "netns" | "source" | "change" | "resync"
  > = {
    ...{ schema: 1, kind: "flow", ts: momentText(when), ts_source: when === around.moment ? "reader" : "kernel" },
    ...(host === undefined ? undefined : { host }),
    ...(netns === undefined ? undefined : { netns }),
    ...{ source: "conntrack", change },
  };
  if (isResync) start.resync = true;
  const event = start as Growing;
  event.topic = flowTopicOf(change, protocolName(message.orig.protocol));
  event.id = message.id;
  return event;
}

function addEnds(event: Growing, { orig, bytes }: ConntrackMessage): void {
  const textAt = orig.addressBytes === 4 ? ipv4Text : ipv6Text;
  event.family = orig.addressBytes === 4 ? "ip" : "ip6";
  event.src = textAt(bytes, orig.srcAt);
  event.dst = textAt(bytes, orig.dstAt);
  event.proto = protocolName(orig.protocol);
  addPorts(event, orig);
}

function addPorts(
  to: Pick<Growing, "sport" | "dport" | "icmp">,
  { sport, dport, icmpType, icmpCode, icmpId }: Tuple,
): void {
  if (sport >= 0) to.sport = sport;
  if (dport >= 0) to.dport = dport;
  if (icmpType < 0) return;
  const icmp = { type: icmpType, code: Math.max(icmpCode, 0) };
  to.icmp = icmpId < 0 ? icmp : { ...icmp, id: icmpId };
}

function addState(event: Growing, message: ConntrackMessage): void {
  const { orig, reply, timeout, mark, zone } = message;
  const state = stateName(orig.protocol, message.state);
  if (state !== undefined) event.state = state;
  event.status = statusNames(message.status);
  if (timeout >= 0) event.timeout = timeout;
  if (mark >= 0) event.mark = mark;
  if (zone >= 0) event.zone = zone;
  if (orig.zone >= 0) event.zone_orig = orig.zone;
  if (reply.zone >= 0) event.zone_reply = reply.zone;
  if (message.hasMore) Object.assign(event, namesOf(message));
}

function addWays(event: Growing, message: ConntrackMessage): void {
  const { reply, bytes, out, back } = message;
  const nat = natOf(event, message);
  if (nat !== undefined) event.nat = nat;
  const orig = presentAny({ packets: told(out.packets), bytes: told(out.bytes) });
  if (orig !== undefined) event.orig = orig;
  const textAt = reply.addressBytes === 4 ? ipv4Text : ipv6Text;
  const answers: Growing["reply"] = { src: textAt(bytes, reply.srcAt), dst: textAt(bytes, reply.dstAt) };
  addPorts(answers, reply);
  if (back.packets >= 0) answers.packets = back.packets;
  if (back.bytes >= 0) answers.bytes = back.bytes;
  event.reply = answers;
  const [packets, sum] = [sumOf(out.packets, back.packets), sumOf(out.bytes, back.bytes)];
  if (packets !== undefined) event.packets = packets;
  if (sum !== undefined) event.bytes = sum;
}

function told(number: number): number | undefined {
  return number < 0 ? undefined : number;
}

function sumOf(out: number, back: number): number | undefined {
  return out < 0 || back < 0 ? undefined : Math.min(out + back, Number.MAX_SAFE_INTEGER);
}

/** The names of the bits that are set. */
export function statusNames(status: number): FlowEvent["status"] {
  return FLOW_STATUS.filter((_, bit) => (status & (1 << bit)) !== 0);
}

/** Answers go to what the source was made to be, and come from what the destination was made to be. */
function natOf({ src, dst }: Growing, { bytes, orig, reply }: ConntrackMessage): FlowEvent["nat"] {
  const textAt = reply.addressBytes === 4 ? ipv4Text : ipv6Text;
  const [from, to] = [textAt(bytes, reply.srcAt), textAt(bytes, reply.dstAt)];
  if (to === src && from === dst && reply.dport === orig.sport && reply.sport === orig.dport) return undefined;
  return presentAny({
    src: to === src ? undefined : to,
    sport: reply.dport === orig.sport ? undefined : told(reply.dport),
    dst: from === dst ? undefined : from,
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

/** When it began and ended, and how long it took; of what begins nothing. */
function addTimes(
  event: Growing,
  message: ConntrackMessage,
  { change, beganUs }: FlowSurroundings,
  { stop, when }: { readonly stop: Moment | undefined; readonly when: Moment },
): void {
  const kernels = timeAt(message, message.startedAt);
  const start = kernels ?? (beganUs === 0 ? undefined : new Moment64().take(beganUs));
  const hasStart = start !== undefined && change !== "new";
  if (hasStart) {
    event.start = momentText(start);
    event.start_source = kernels === undefined ? "reader" : "kernel";
  }
  if (stop !== undefined) event.stop = momentText(stop);
  if (!hasStart) return;
  const end = stop ?? when;
  const ns = (end.seconds - start.seconds) * 1e9 + end.nanoseconds - start.nanoseconds;
  event.duration = Math.max(ns, 0) / 1e9;
}

function addMore(event: Growing, message: ConntrackMessage): void {
  const protoinfo = message.hasMore ? undefined : protoInfoOf(message);
  if (message.hasMore) Object.assign(event, moreOf(message));
  else if (protoinfo !== undefined) event.protoinfo = protoinfo;
}
