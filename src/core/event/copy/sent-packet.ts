import { lengthByHeader } from "../../netlink/nflog.ts";
import { SCTP_CHUNKS, TCP_FLAGS, type TcpFlag } from "../../packet/encode.ts";
import { protocolNumber } from "../../packet/protocol-names.ts";
import type { PacketEvent } from "../event.ts";
import { addressOf, type Version } from "./address.ts";
import type { Flow } from "./flow-text.ts";

type Said = Readonly<Record<string, Flow>>;

/**
 * What a log test says of a packet that looks the same to rules: its fields where they can say all that rules look at, else
 * its bytes where all of them were copied, else what the fields say. Undefined where neither says enough.
 */
export function sentPacket(event: PacketEvent, bytes: Buffer | undefined): Said | undefined {
  const fields = fieldsOf(event);
  if (fields !== undefined && !hasMore(event)) return fields;
  return wholeBytes(event, bytes) ?? fields;
}

/** Whether there is something in it that the words of a test have no place for. */
function hasMore({ ip, icmp, proto, tcp }: PacketEvent): boolean {
  const isFragment = (ip?.offset ?? 0) > 0 || ip?.flags?.includes("MF") === true;
  const hasOptions = ip?.options !== undefined || (ip?.extensions ?? []).length > 0;
  const isError = icmp?.inner !== undefined || icmp?.target !== undefined || icmp?.gateway !== undefined;
  const isKnown = proto !== undefined && WAYS[proto] !== undefined;
  return isFragment || hasOptions || isError || !isKnown || tcp?.flags.includes("AE") === true;
}

function fieldsOf(event: PacketEvent): Said | undefined {
  const ends = endsOf(event);
  const above = ends === undefined ? undefined : aboveOf(event, ends.version);
  if (ends === undefined || above === undefined) return undefined;
  return { from: ends.from, to: ends.to, ...ttlOf(event), ...above };
}

interface Ends {
  readonly version: Version;
  readonly from: string;
  readonly to: string;
}

/** Both addresses, of one version. */
function endsOf({ src, dst }: PacketEvent): Ends | undefined {
  for (const version of [4, 6] as const) {
    const [from, to] = [addressOf(src, version), addressOf(dst, version)];
    if (from !== undefined && to !== undefined) return { version, from, to };
  }
  return undefined;
}

const TTL_MAX = 255;

/** What is forwarded was logged when one hop had been counted already (ip_forward.c). */
function ttlOf({ ttl, hook }: PacketEvent): Said {
  const sent = (ttl ?? 0) + (hook === "forward" ? 1 : 0);
  return ttl === undefined || sent < 1 || sent > TTL_MAX ? {} : { ttl: sent };
}

/** Undefined where the fields say too little of it. */
type Way = (event: PacketEvent) => Said | undefined;

const WAYS: Readonly<Record<string, Way>> = { tcp, udp, sctp, icmp: message("icmp"), icmpv6: message("icmpv6") };

function aboveOf(event: PacketEvent, version: Version): Said | undefined {
  const { proto = "" } = event;
  if (proto === (version === 4 ? "icmpv6" : "icmp")) return undefined;
  const way = WAYS[proto];
  if (way !== undefined) return way(event);
  const number = protocolNumber(proto);
  return number === undefined ? undefined : { protocol: number };
}

function tcp({ sport, dport, tcp: head }: PacketEvent): Said | undefined {
  if (sport === undefined || dport === undefined || head === undefined) return undefined;
  const { flags, seq, ack } = head;
  const said = flags.map((flag) => FLAGS[flag]).filter((flag) => flag !== undefined);
  const numbers = { ...(seq === undefined ? {} : { seq }), ...(ack === undefined ? {} : { ack }) };
  return { tcp: { sport, dport, flags: said.length === 0 ? "none" : said, ...numbers } };
}

/** By their bits: of ECE nft says ecn. */
const FLAGS: Readonly<Record<string, TcpFlag | undefined>> = Object.fromEntries(
  ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"].map((flag, bit) => [flag, TCP_FLAGS[bit]]),
);

const UDP_HEAD_BYTES = 8;
const DATA_BYTES_MAX = 65_000;

function udp({ sport, dport, udp: head }: PacketEvent): Said | undefined {
  if (sport === undefined || dport === undefined) return undefined;
  const size = (head?.len ?? 0) - UDP_HEAD_BYTES;
  return { udp: { sport, dport, ...(size > 0 && size <= DATA_BYTES_MAX ? { size } : {}) } };
}

function sctp({ sport, dport, sctp: head }: PacketEvent): Said | undefined {
  if (sport === undefined || dport === undefined) return undefined;
  const chunk = head?.chunks[0]?.toLowerCase() ?? "";
  return { sctp: { sport, dport, ...(Object.hasOwn(SCTP_CHUNKS, chunk) ? { chunk } : {}), tag: head?.tag ?? 0 } };
}

function message(proto: "icmp" | "icmpv6"): Way {
  return ({ icmp }) => {
    if (icmp === undefined) return undefined;
    const { type, code, id, seq } = icmp;
    return { [proto]: { type, code, ...(id === undefined ? {} : { id }), ...(seq === undefined ? {} : { seq }) } };
  };
}

const ETHER_HEAD_BYTES = 14;

/** All bytes of the packet: of IP from its header on, of anything else as a frame. */
function wholeBytes(event: PacketEvent, bytes: Buffer | undefined): Said | undefined {
  if (bytes === undefined || bytes.length === 0 || event.cut === true || event.payload_cut !== undefined)
    return undefined;
  if (lengthByHeader(bytes) === bytes.length) return { hex: bytes.toString("hex") };
  if (event.src !== undefined || event.out !== undefined || event.in === "lo") return undefined;
  const head = frameHead(event.ether);
  return head && { frame: Buffer.concat([head, bytes]).toString("hex") };
}

function frameHead(ether: PacketEvent["ether"]): Buffer | undefined {
  const { dst = "", src = "", type } = ether ?? {};
  const addresses = Buffer.from(`${dst}${src}`.replaceAll(":", ""), "hex");
  if (type === undefined || addresses.length !== ETHER_HEAD_BYTES - 2) return undefined;
  return Buffer.concat([addresses, Buffer.from([type >> 8, type & 0xff])]);
}
