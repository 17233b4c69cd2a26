import type { Layers } from "../event/layers.ts";

/** What the bytes of a packet say. */
export interface Decoded {
  readonly layers: Layers;
  /** What could not be decoded, and why; then the event is `undecoded`. */
  readonly why?: string;
}

/** What the layers above IP say, in the order of the schema. */
export type Upper = Pick<
  Layers,
  "sport" | "dport" | "tcp" | "udp" | "icmp" | "sctp" | "gre" | "esp" | "ah" | "dns" | "dhcp"
>;

/** What a header of IP says that both versions have. */
interface Head extends Required<Pick<Layers, "src" | "dst" | "len" | "ttl" | "ip">> {
  /** Undefined if it was cut off. */
  readonly proto: string | undefined;
  /** How many bytes were copied. */
  readonly copied: number;
}

/** The layers of an IP packet, in the order of the schema. */
export function ipLayers({ src, dst, proto, len, ttl, ip, copied }: Head, upper: Upper): Layers {
  const layers: Layers = { src, dst };
  if (proto !== undefined) layers.proto = proto;
  if (upper.sport !== undefined) layers.sport = upper.sport;
  if (upper.dport !== undefined) layers.dport = upper.dport;
  layers.len = len;
  layers.ttl = ttl;
  layers.ip = ip;
  Object.assign(layers, upper);
  if (copied < len) layers.cut = true;
  return layers;
}
