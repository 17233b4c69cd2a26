import type { CommunityFlow } from "../../packet/community-id.ts";
import type { FlowEvent, PacketEvent, TrafficEvent } from "../event.ts";
import { present } from "../present.ts";
import { keyOf, type Tuple, tuplesOf } from "./tuple.ts";

/** Packets of one prefix. */
export interface LoggedPackets {
  /** Without blanks around it. */
  readonly prefix: string;
  readonly action?: NonNullable<PacketEvent["action"]>;
  readonly count: number;
}

/** What conntrack said of the flow. */
interface LoggedFlow {
  /** The kernel's numbers. */
  readonly ids: readonly number[];
  readonly has_ended: boolean;
  readonly state?: string;
  readonly packets?: number;
  readonly bytes?: number;
  /** Seconds. */
  readonly duration?: number;
}

/** From where to where. */
export type TrailEnds = Pick<Conversation, "src" | "sport" | "dst" | "dport" | "icmp_id">;

/** What was logged of one conversation, in the order of time. */
export interface Conversation {
  readonly proto: string;
  /** Who began it, as far as that was logged. */
  readonly src: string;
  readonly sport?: number;
  readonly dst: string;
  readonly dport?: number;
  /** Of an echo of ICMP. */
  readonly icmp_id?: number;
  /** As answers are sent, where NAT rewrites addresses or ports. */
  readonly reply?: TrailEnds;
  readonly from: string;
  readonly to: string;
  readonly community_id?: string;
  readonly flow?: LoggedFlow;
  readonly packets: readonly LoggedPackets[];
  readonly events: readonly TrafficEvent[];
}

/** Makes a conversation of its events, which stand in the order of time; undefined without one that has ends. */
export function conversationOf(
  events: readonly TrafficEvent[],
  communityIdOf: (flow: CommunityFlow) => string | undefined,
): Conversation | undefined {
  const flows = events.filter((event) => event.kind === "flow");
  const teller = flows[0] ?? events[0];
  const [tuple, reply] = teller === undefined ? [] : tuplesOf(teller);
  const [first, last] = [events[0], events.at(-1)];
  if (tuple === undefined || first === undefined || last === undefined || teller === undefined) return undefined;
  return present<Conversation>({
    proto: tuple.proto,
    ...endsOf(tuple),
    reply: reply === undefined || keyOf(reply) === keyOf(tuple) ? undefined : endsOf(reply),
    from: first.ts,
    to: last.ts,
    community_id: communityIdsOf(teller, communityIdOf)[0],
    flow: flows.length === 0 ? undefined : flowOf(flows),
    packets: packetsOf(events),
    events,
  });
}

/** The Community IDs by which an event may be spoken of, that of its conversation first: NAT makes another for answers. */
export function communityIdsOf(
  event: TrafficEvent,
  communityIdOf: (flow: CommunityFlow) => string | undefined,
): string[] {
  const inner = event.kind === "flow" ? undefined : event.icmp?.inner;
  if (inner !== undefined) return [communityIdOf(inner)].filter((id) => id !== undefined);
  const answers = event.kind === "flow" ? communityIdOf({ ...event.reply, proto: event.proto }) : undefined;
  return [event.community_id ?? communityIdOf(event), answers].filter((id) => id !== undefined);
}

function endsOf({ proto, src, dst }: Tuple): TrailEnds {
  if (proto.startsWith("icmp")) return present({ src: src.address, dst: dst.address, icmp_id: src.number });
  return present({ src: src.address, sport: src.number, dst: dst.address, dport: dst.number });
}

/** The last that was said; where two machines counted, the most. */
function flowOf(flows: readonly FlowEvent[]): LoggedFlow {
  const most = (numbers: readonly (number | undefined)[]): number | undefined => {
    const told = numbers.filter((number) => number !== undefined);
    return told.length === 0 ? undefined : told.reduce((one, other) => Math.max(one, other));
  };
  return present<LoggedFlow>({
    ids: [...new Set(flows.map(({ id }) => id))],
    has_ended: flows.some(({ change }) => change === "destroy"),
    state: flows.findLast(({ state }) => state !== undefined)?.state,
    packets: most(flows.map(({ packets }) => packets)),
    bytes: most(flows.map(({ bytes }) => bytes)),
    duration: most(flows.map(({ duration }) => duration)),
  });
}

function packetsOf(events: readonly TrafficEvent[]): LoggedPackets[] {
  const counts = new Map<string, LoggedPackets>();
  for (const event of events) {
    if (event.kind === "flow") continue;
    const [prefix, action] = [event.prefix.trim(), event.action];
    const key = `${action ?? ""} ${prefix}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, present<LoggedPackets>({ prefix, action, count }));
  }
  return [...counts.values()];
}
