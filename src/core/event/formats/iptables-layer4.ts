import { protocolName } from "../../packet/protocol-names.ts";
import type { PacketEvent } from "../event.ts";
import { presentAny } from "../present.ts";
import { addressOf, decimal, hexadecimal, type Words, wordsIn } from "./iptables-words.ts";

type Layer4 = Pick<
  PacketEvent,
  "mark" | "uid" | "gid" | "proto" | "sport" | "dport" | "tcp" | "udp" | "icmp" | "esp" | "ah"
>;

/** What stands in a line from `PROTO=` on; nothing where the line ends before. */
export function layer4In(body: string | undefined, inner: string | undefined): Partial<Layer4> {
  if (body === undefined) return {};
  const words = wordsIn(body);
  const { values } = words;
  const proto = protocolOf(values.get("PROTO"));
  const common = {
    mark: hexadecimal(values.get("MARK"), 0xffff_ffff),
    uid: decimal(values.get("UID"), 0xffff_ffff),
    gid: decimal(values.get("GID"), 0xffff_ffff),
    proto,
    sport: portOf(values.get("SPT")),
    dport: portOf(values.get("DPT")),
  };
  return presentAny<Layer4>({ ...common, ...layerOf(proto, words, innerOf(inner)) }) ?? {};
}

function portOf(text: string | undefined): number | undefined {
  return decimal(text, 0xffff);
}

function protocolOf(text: string | undefined): string | undefined {
  const number = decimal(text, 255);
  if (number !== undefined) return protocolName(number);
  return text !== undefined && /^[A-Za-z0-9]{2,10}$/.test(text) ? text.toLowerCase() : undefined;
}

function layerOf(
  proto: string | undefined,
  words: Words,
  inner: Inner | undefined,
): { readonly [Key in keyof Layer4]: Layer4[Key] | undefined } {
  const { values } = words;
  const spi = hexadecimal(values.get("SPI"), 0xffff_ffff);
  const length = portOf(values.get("LEN"));
  switch (proto) {
    case "tcp":
      return { tcp: tcpIn(words) };
    case "udp":
      return { udp: length === undefined ? undefined : { len: length } };
    case "ah":
    case "esp":
      return { [proto]: spi === undefined ? undefined : { spi } };
    case "icmp":
    case "icmpv6":
      return { icmp: icmpIn(words, inner) };
    default:
      return {};
  }
}

type Tcp = NonNullable<PacketEvent["tcp"]>;
const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"] as const;
/** Of RES the lowest of the reserved bits, before kernels knew it as AE: they write it shifted by two. */
const RES_AE = 0x04;

function tcpIn({ values, flags }: Words): Tcp | undefined {
  const window = decimal(values.get("WINDOW"), 0xffff);
  if (window === undefined) return undefined;
  const isAe = ((hexadecimal(values.get("RES"), 255) ?? 0) & RES_AE) !== 0;
  const urgent = decimal(values.get("URGP"), 0xffff);
  return presentAny<Tcp>({
    flags: FLAGS.filter((flag) => flags.has(flag) || (flag === "AE" && isAe)),
    seq: decimal(values.get("SEQ"), 0xffff_ffff),
    ack: decimal(values.get("ACK"), 0xffff_ffff),
    window,
    urgent: flags.has("URG") ? urgent : undefined,
  });
}

type Icmp = NonNullable<PacketEvent["icmp"]>;

function icmpIn({ values }: Words, inner: Inner | undefined): Icmp | undefined {
  const [type, code] = [decimal(values.get("TYPE"), 255), decimal(values.get("CODE"), 255)];
  if (type === undefined || code === undefined) return undefined;
  return presentAny<Icmp>({
    type,
    code,
    id: decimal(values.get("ID"), 0xffff),
    seq: decimal(values.get("SEQ"), 0xffff),
    mtu: decimal(values.get("MTU"), 0xffff_ffff),
    gateway: addressOf(values.get("GATEWAY")),
    inner,
  });
}

type Inner = NonNullable<Icmp["inner"]>;

function innerOf(text: string | undefined): Inner | undefined {
  const { values } = wordsIn(text ?? "");
  const [src, dst] = [addressOf(values.get("SRC")), addressOf(values.get("DST"))];
  const proto = protocolOf(values.get("PROTO"));
  if (src === undefined || dst === undefined || proto === undefined) return undefined;
  const [sport, dport] = [portOf(values.get("SPT")), portOf(values.get("DPT"))];
  return presentAny<Inner>({ src, dst, proto, sport, dport });
}
