import ipaddr from "ipaddr.js";
import type { Layers } from "../event/layers.ts";
import { PROTOCOLS } from "./encode.ts";
import { protocolNumber } from "./protocol-names.ts";

/** The part of Layers that makes a flow. */
export type CommunityFlow = Pick<Layers, "src" | "dst" | "proto" | "sport" | "dport" | "icmp">;

/** Pairs of ICMP types of which one answers the other; the specification has them from Zeek. */
const ICMP_PAIRS = [
  [8, 0],
  [10, 9],
  [13, 14],
  [15, 16],
  [17, 18],
] as const;
const ICMPV6_PAIRS = [
  [128, 129],
  [130, 131],
  [133, 134],
  [135, 136],
  [139, 140],
  [144, 145],
] as const;

const SEED = 0;

/** The Community ID 1 of a flow with seed 0; undefined where there is none. */
export function communityId(flow: CommunityFlow, sha1: (bytes: Buffer) => Buffer): string | undefined {
  const input = communityIdInput(flow);
  return input && `1:${sha1(input).toString("base64")}`;
}

/**
 * The bytes of which Community ID 1 with seed 0 is the SHA-1 (https://github.com/corelight/community-id-spec).
 * @returns undefined where there is none: without addresses, or without the ports that its protocol has (a later fragment)
 */
export function communityIdInput({ src, dst, proto, sport, dport, icmp }: CommunityFlow): Buffer | undefined {
  const [source, target] = [addressBytes(src), addressBytes(dst)];
  const protocol = proto === undefined ? undefined : protocolNumber(proto);
  if (source === undefined || target === undefined || protocol === undefined) return undefined;
  if (source.length !== target.length) return undefined;
  const ends = endsOf(protocol, { sport, dport, icmp });
  if (ends === undefined) return undefined;
  const byAddress = source.compare(target);
  const isInOrder = ends.isOneWay || byAddress < 0 || (byAddress === 0 && ends.from < ends.to);
  const [first, second] = isInOrder ? [source, target] : [target, source];
  const head = Buffer.from([SEED >> 8, SEED & 255]);
  return Buffer.concat([head, first, second, tail(protocol, ends, isInOrder)]);
}

function addressBytes(text: string | undefined): Buffer | undefined {
  return text === undefined || !ipaddr.isValid(text) ? undefined : Buffer.from(ipaddr.parse(text).toByteArray());
}

/** What stands for the ports of a flow. */
interface Ends {
  readonly hasPorts: boolean;
  readonly from: number;
  readonly to: number;
  /** Nothing answers it, so that its ends are not put in order. */
  readonly isOneWay: boolean;
}

const PORTLESS: Ends = { hasPorts: false, from: 0, to: 0, isOneWay: false };

function endsOf(
  protocol: number,
  { sport, dport, icmp }: { [K in "sport" | "dport" | "icmp"]: CommunityFlow[K] | undefined },
): Ends | undefined {
  switch (protocol) {
    case PROTOCOLS.tcp:
    case PROTOCOLS.udp:
    case PROTOCOLS.sctp:
      if (sport === undefined || dport === undefined) return undefined;
      return { hasPorts: true, from: sport, to: dport, isOneWay: false };
    case PROTOCOLS.icmp:
      return icmpEnds(ICMP_PAIRS, icmp);
    case PROTOCOLS.icmpv6:
      return icmpEnds(ICMPV6_PAIRS, icmp);
    default:
      return PORTLESS;
  }
}

function icmpEnds(pairs: readonly (readonly [number, number])[], icmp: CommunityFlow["icmp"]): Ends | undefined {
  if (icmp === undefined) return undefined;
  const { type, code } = icmp;
  const pair = pairs.find((types) => types.includes(type));
  if (pair === undefined) return { hasPorts: true, from: type, to: code, isOneWay: true };
  return { hasPorts: true, from: type, to: pair[0] === type ? pair[1] : pair[0], isOneWay: false };
}

function tail(protocol: number, { hasPorts, from, to }: Ends, isInOrder: boolean): Buffer {
  const bytes = Buffer.alloc(hasPorts ? 6 : 2);
  bytes[0] = protocol;
  if (!hasPorts) return bytes;
  bytes.writeUInt16BE(isInOrder ? from : to, 2);
  bytes.writeUInt16BE(isInOrder ? to : from, 4);
  return bytes;
}
