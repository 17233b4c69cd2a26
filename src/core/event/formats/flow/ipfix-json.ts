import type { FlowEvent } from "../../event.ts";
import { jsonObject } from "../json-text.ts";
import { protocolOf } from "./numbers.ts";

/**
 * The event as JSON whose keys are information elements of IPFIX (https://www.iana.org/assignments/ipfix), those of answers
 * with `reverse` in front (RFC 5103). Numbers are numbers, times RFC 3339 in UTC. State, mark, zone, labels and the like have
 * no element. Counts of a flow that ended are octetDeltaCount and packetDeltaCount, for they are told once; of one that goes
 * on octetTotalCount and packetTotalCount.
 */
export function encodeIpfixJson(event: FlowEvent): string {
  const { change, ts, start, stop, id, host } = event;
  return jsonObject({
    observationTimeNanoseconds: ts,
    observationDomainName: host,
    flowId: id,
    firewallEvent: FIREWALL_EVENTS[change],
    natEvent: natEventOf(event),
    ipVersion: event.family === "ip" ? 4 : 6,
    protocolIdentifier: protocolOf(event),
    biflowDirection: INITIATOR,
    ...endsOf(event),
    ...natOf(event),
    ...countersOf(event),
    flowStartNanoseconds: start,
    flowEndNanoseconds: change === "destroy" ? (stop ?? ts) : undefined,
    flowEndReason: endReasonOf(event),
  });
}

/** 1 created, 2 deleted, 5 update. */
const FIREWALL_EVENTS = { new: 1, destroy: 2, update: 5, listed: undefined } as const;

/** Source and destination are those of who began it. */
const INITIATOR = 1;

const NAT44_CREATED = 4;
const NAT44_DELETED = 5;

/** NAT of IPv6 has no number there. */
function natEventOf({ nat, family, change }: FlowEvent): number | undefined {
  if (nat === undefined || family === "ip6") return undefined;
  if (change === "new") return NAT44_CREATED;
  return change === "destroy" ? NAT44_DELETED : undefined;
}

function endsOf({ family, src, dst, sport, dport, icmp }: FlowEvent): Record<string, unknown> {
  const version = family === "ip" ? "IPv4" : "IPv6";
  return {
    [`source${version}Address`]: src,
    [`destination${version}Address`]: dst,
    sourceTransportPort: sport,
    destinationTransportPort: dport,
    [`icmpType${version}`]: icmp?.type,
    [`icmpCode${version}`]: icmp?.code,
  };
}

function natOf({ family, nat }: FlowEvent): Record<string, unknown> {
  const version = family === "ip" ? "IPv4" : "IPv6";
  return {
    [`postNATSource${version}Address`]: nat?.src,
    [`postNATDestination${version}Address`]: nat?.dst,
    postNAPTSourceTransportPort: nat?.sport,
    postNAPTDestinationTransportPort: nat?.dport,
  };
}

function countersOf({ change, orig, reply }: FlowEvent): Record<string, unknown> {
  const kind = change === "destroy" ? "DeltaCount" : "TotalCount";
  return {
    [`octet${kind}`]: orig?.bytes,
    [`packet${kind}`]: orig?.packets,
    [`reverseOctet${kind}`]: reply.bytes,
    [`reversePacket${kind}`]: reply.packets,
  };
}

const IDLE_TIMEOUT = 1;
const END_DETECTED = 3;
const FORCED_END = 4;

const ENDED: readonly unknown[] = ["TIME_WAIT", "LAST_ACK", "CLOSE"];

/** A program ended it, or TCP did, or its time; of what was found only later it is not known. */
function endReasonOf({ change, port_id, proto, state, resync }: FlowEvent): number | undefined {
  if (change !== "destroy" || resync === true) return undefined;
  if (port_id !== undefined) return FORCED_END;
  return proto === "tcp" && ENDED.includes(state) ? END_DETECTED : IDLE_TIMEOUT;
}
