import type { Layers } from "../event/layers.ts";
import { ipv4Text, macText } from "./address.ts";
import type { Decoded } from "./decoded.ts";
import { ETHER_TYPE } from "./ether.ts";

const HEAD_BYTES = 8;

/** An ARP packet (RFC 826): its operation, and addresses as far as they are of six bytes, or of IPv4. */
export function decodeArp(bytes: Buffer): Decoded {
  if (bytes.length < HEAD_BYTES) {
    return { layers: { cut: true }, why: `the ARP header is cut: ${bytes.length} of ${HEAD_BYTES} bytes` };
  }
  const [hard, soft] = [bytes.readUInt8(4), bytes.readUInt8(5)];
  const isIpv4 = bytes.readUInt16BE(2) === ETHER_TYPE.ipv4 && soft === 4;
  const targetAt = HEAD_BYTES + hard + soft;
  const mac = (at: number) => (hard === 6 && bytes.length >= at + 6 ? macText(bytes, at) : undefined);
  const address = (at: number) => (isIpv4 && bytes.length >= at + 4 ? ipv4Text(bytes, at) : undefined);
  const [senderMac, sender] = [mac(HEAD_BYTES), address(HEAD_BYTES + hard)];
  const [targetMac, target] = [mac(targetAt), address(targetAt + hard)];
  const arp: NonNullable<Layers["arp"]> = { operation: bytes.readUInt16BE(6) };
  if (senderMac !== undefined) arp.sender_mac = senderMac;
  if (sender !== undefined) arp.sender = sender;
  if (targetMac !== undefined) arp.target_mac = targetMac;
  if (target !== undefined) arp.target = target;
  return { layers: bytes.length < targetAt + hard + soft ? { arp, cut: true } : { arp } };
}
