import { type Heads, headsIn } from "../heads.ts";
import { dhcpText } from "./dhcp.ts";
import { dnsText } from "./dns.ts";
import { ipText } from "./ip.ts";
import { tcpText, udpText } from "./transport.ts";

const TCP = 6;
const UDP = 17;

/** The layers of a packet as SPR's events have them, in their order, each with a comma behind it; undefined if it is no IP. */
export function layersText(bytes: Buffer): string | undefined {
  const heads = headsIn(bytes);
  if (heads === undefined) return undefined;
  const ip = `"IP":${ipText(bytes, heads)},`;
  const body = bytes.subarray(heads.at, heads.end);
  if (body.length === 0 || isFragment(bytes, heads)) return ip;
  if (heads.protocol === TCP) return `"TCP":${tcpText(body)},${ip}`;
  if (heads.protocol !== UDP) return ip;
  const udp = udpText(body);
  return `"UDP":${udp.text},${ip}${applicationText(udp.payload, body)}`;
}

/** gopacket looks into no fragment, not even the first. */
function isFragment(bytes: Buffer, { version, isLater }: Heads): boolean {
  return isLater || (version === 4 && (bytes.readUInt16BE(6) & 0x2000) !== 0);
}

/** What gopacket knows by its UDP port (layers/ports.go); the destination's goes first. */
const PORTS: ReadonlyMap<number, "dns" | "dhcp" | "other"> = new Map([
  [53, "dns"],
  [67, "dhcp"],
  [68, "dhcp"],
  ...[123, 546, 547, 623, 1812, 2152, 3784, 4789, 5060, 6081, 6343].map((port) => [port, "other"] as const),
]);

function applicationText(payload: Buffer, udp: Buffer): string {
  if (payload.length === 0) return "";
  const kind = PORTS.get(udp.readUInt16BE(2)) ?? PORTS.get(udp.readUInt16BE(0));
  const dns = kind === "dns" ? dnsText(payload) : undefined;
  if (dns !== undefined) return `"DNS":${dns},`;
  const dhcp = kind === "dhcp" ? dhcpText(payload) : undefined;
  return dhcp === undefined ? "" : `"DHCP":${dhcp},`;
}
