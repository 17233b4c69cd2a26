import { protocolNumber } from "../../packet/protocol-names.ts";
import type { PacketEvent } from "../event.ts";
import { addressOf, type Version } from "./address.ts";

/**
 * The event as matches of a rule of nft, such as `iifname "eth0" ip saddr 192.0.2.7 tcp dport 22`: interfaces, addresses
 * and the port of the service. What nft could not read is left out; undefined if nothing is left.
 */
export function nftMatchOf(event: PacketEvent): string | undefined {
  const words = [...interfaceWords(event), ...networkWords(event)];
  return words.length === 0 ? undefined : words.join(" ");
}

/** What is surely a name for nft, between quotes: no pattern, and nothing that ends them. */
const DEVICE = /^[A-Za-z0-9_.:@-]{1,15}$/;

function interfaceWords(event: PacketEvent): string[] {
  return [...deviceWords("iifname", event.in, event.in_index), ...deviceWords("oifname", event.out, event.out_index)];
}

/** An index that stands for a name is none: the interface is gone, or was never known. */
function deviceWords(keyword: string, name: string | undefined, index: number | undefined): string[] {
  if (name === undefined || !DEVICE.test(name) || name === String(index)) return [];
  return [`${keyword} "${name}"`];
}

function networkWords(event: PacketEvent): string[] {
  if (event.arp !== undefined) return arpWords(event.arp);
  const version = versionOf(event);
  const above = layer4Words(event, version);
  if (version === undefined) return above;
  const family = version === 4 ? "ip" : "ip6";
  return [
    ...addressWords(`${family} saddr`, event.src, version),
    ...addressWords(`${family} daddr`, event.dst, version),
    ...above,
  ];
}

/** Both addresses are of one version, or it is not known. */
function versionOf({ src, dst }: PacketEvent): Version | undefined {
  const isOf = (version: Version): boolean => [src, dst].some((text) => addressOf(text, version) !== undefined);
  if (isOf(4)) return isOf(6) ? undefined : 4;
  return isOf(6) ? 6 : undefined;
}

function addressWords(field: string, text: string | undefined, version: Version): string[] {
  const address = addressOf(text, version);
  return address === undefined ? [] : [`${field} ${address}`];
}

function arpWords({ operation, sender, target }: NonNullable<PacketEvent["arp"]>): string[] {
  return [
    `arp operation ${operation}`,
    ...addressWords("arp saddr ip", sender, 4),
    ...addressWords("arp daddr ip", target, 4),
  ];
}

const WITH_PORTS = new Set(["tcp", "udp", "sctp", "dccp", "udplite"]);

function layer4Words(event: PacketEvent, version: Version | undefined): string[] {
  const { proto, sport, dport, icmp } = event;
  if (proto === undefined) return [];
  if (WITH_PORTS.has(proto) && sport !== undefined && dport !== undefined) return portWords(proto, sport, dport);
  if (icmp !== undefined && proto === (version === 6 ? "icmpv6" : "icmp")) {
    return [`${proto} type ${icmp.type}`, ...(icmp.code === 0 ? [] : [`${proto} code ${icmp.code}`])];
  }
  const number = protocolNumber(proto);
  return number === undefined ? [] : [`meta l4proto ${number}`];
}

/** Ports below belong to services; one above is most likely of a client, and another one next time. */
const SERVICES = 1024;

function portWords(proto: string, sport: number, dport: number): string[] {
  const isOfClient = (port: number): boolean => port >= SERVICES;
  return [
    ...(isOfClient(sport) ? [] : [`${proto} sport ${sport}`]),
    ...(isOfClient(dport) && !isOfClient(sport) ? [] : [`${proto} dport ${dport}`]),
  ];
}
