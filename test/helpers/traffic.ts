import type { PacketEvent } from "../../src/core/event/event.ts";

/** Packets as a router logs them, some thousand addresses, whose rules have these prefixes; another second each round. */
export function trafficOf(prefixes: readonly string[], count: number, round: number): PacketEvent[] {
  return Array.from({ length: count }, (_, index) => packet(prefixes, round * count + index, round));
}

const BEGIN = Date.parse("2026-11-29T10:00:00Z");

function packet(prefixes: readonly string[], number: number, round: number): PacketEvent {
  const noise = mixed(number);
  const prefix = prefixes[noise % prefixes.length] ?? "";
  return {
    schema: 1,
    kind: "packet",
    ts: `${new Date(BEGIN + round * 1000 + (number % 1000)).toISOString().slice(0, 23)}${String(noise % 1_000_000).padStart(6, "0")}Z`,
    ts_source: "kernel",
    source: "nflog",
    group: 5,
    prefix: `${prefix} `,
    topic: `nft:${prefix}`,
    hook: "input",
    family: "ip",
    in: "eth0",
    in_index: 2,
    ether: { src: "02:00:00:00:00:01", dst: "02:00:00:00:00:02", type: 2048, hw_type: 1 },
    src: `10.${noise % 4}.${(noise >>> 4) % 256}.${(noise >>> 12) % 8}`,
    dst: `192.168.1.${noise % 8}`,
    proto: "tcp",
    sport: 1024 + (noise % 60_000),
    dport: [22, 23, 80, 443, 3389][noise % 5] ?? 22,
    len: 60,
    ttl: 57,
    ip: { version: 4, tos: 0, id: noise % 65_536, flags: ["DF"] },
    tcp: { flags: ["SYN"], seq: noise, ack: 0, window: 64_240 },
  };
}

/** Looks like chance and is the same each time (the finalizer of MurmurHash3). */
function mixed(number: number): number {
  let bits = Math.imul(number ^ (number >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
