import { addressBytes } from "../../packet/address-bytes.ts";
import type { FlowEvent, PacketEvent, TrafficEvent } from "../event.ts";

/** An end of a conversation; the number is its port, or of an echo of ICMP its id, which both ends have. */
export interface End {
  readonly address: string;
  readonly number?: number | undefined;
}

/** Who talks to whom, as one packet goes. */
export interface Tuple {
  readonly proto: string;
  readonly src: End;
  readonly dst: End;
}

/** The tuples of an event, in whose words the same conversation can be spoken of: of a flow as it began, and as answers come. */
export function tuplesOf(event: TrafficEvent): Tuple[] {
  return event.kind === "flow" ? tuplesOfFlow(event) : tuplesOfPacket(event);
}

function tuplesOfFlow({ proto, src, dst, sport, dport, icmp, reply }: FlowEvent): Tuple[] {
  return [
    tupleOf(proto, { src, dst, sport, dport, id: icmp?.id }),
    tupleOf(proto, { ...reply, id: reply.icmp?.id ?? icmp?.id }),
  ];
}

/** An error of ICMP is of the conversation that it is about. */
function tuplesOfPacket({ proto = "", src, dst, sport, dport, icmp, arp }: PacketEvent): Tuple[] {
  if (icmp?.inner !== undefined) return [tupleOf(icmp.inner.proto, icmp.inner)];
  if (src !== undefined && dst !== undefined) return [tupleOf(proto, { src, dst, sport, dport, id: icmp?.id })];
  const { sender, target } = arp ?? {};
  return sender === undefined || target === undefined ? [] : [tupleOf("arp", { src: sender, dst: target })];
}

interface Ends {
  readonly src: string;
  readonly dst: string;
  readonly sport?: number | undefined;
  readonly dport?: number | undefined;
  readonly id?: number | undefined;
}

/** Protocols whose ports a packet has as well; what conntrack calls ports of GRE are keys. */
const WITH_PORTS = new Set(["tcp", "udp", "udplite", "sctp", "dccp"]);

function tupleOf(proto: string, { src, dst, sport, dport, id }: Ends): Tuple {
  const [from, to] = WITH_PORTS.has(proto) ? [sport, dport] : [id, id];
  return { proto, src: { address: src, number: from }, dst: { address: dst, number: to } };
}

/** The same for all packets of a conversation, whichever way they go. */
export function keyOf({ proto, src, dst }: Tuple): string {
  const [from, to] = [endKey(src), endKey(dst)];
  return from < to ? `${proto} ${from} ${to}` : `${proto} ${to} ${from}`;
}

function endKey({ address, number }: End): string {
  return `${addressKey(address)}#${number ?? ""}`;
}

/** Most addresses were met before. */
const KEYS = new Map<string, string>();
const KEYS_MAX = 65_536;

/** The same for all ways in which an address can be written. */
export function addressKey(text: string): string {
  const known = KEYS.get(text);
  if (known !== undefined) return known;
  const key = addressBytes(text)?.toString("hex") ?? text;
  if (KEYS.size >= KEYS_MAX) KEYS.clear();
  KEYS.set(text, key);
  return key;
}

/** The addresses by which an event is found: of its tuples, and of an error of ICMP those that it goes between. */
export function endsOfEvent(event: TrafficEvent): End[] {
  const ends = tuplesOf(event).flatMap(({ src, dst }) => [src, dst]);
  if (event.kind === "flow" || event.icmp?.inner === undefined) return ends;
  const outer = [event.src, event.dst].filter((address) => address !== undefined);
  return [...ends, ...outer.map((address) => ({ address }))];
}
