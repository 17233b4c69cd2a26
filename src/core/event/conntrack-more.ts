import { type ConntrackMessage, CTA } from "../netlink/conntrack-message.ts";
import { Tuple } from "../netlink/conntrack-tuple.ts";
import { attributesIn } from "../netlink/message.ts";
import { ipv4Text, ipv6Text } from "../packet/address.ts";
import { protocolName } from "../packet/protocol-names.ts";
import type { FlowEvent } from "./event.ts";
import { present, presentAny } from "./present.ts";

/** What of a flow few messages say: its labels, who reads along, its security context. */
export function namesOf(message: ConntrackMessage): Pick<FlowEvent, "labels" | "helper" | "secctx"> {
  return present({
    labels: labelsOf(message),
    helper: nameIn(message, CTA.help),
    secctx: nameIn(message, CTA.securityContext),
  });
}

type More = Pick<FlowEvent, "master" | "protoinfo" | "seq_adjust_orig" | "seq_adjust_reply" | "synproxy">;

/** The same of what stands behind its times. */
export function moreOf(message: ConntrackMessage): More {
  return present<More>({
    master: masterOf(message),
    protoinfo: protoInfoOf(message),
    seq_adjust_orig: seqAdjustOf(message, CTA.seqAdjustOrig),
    seq_adjust_reply: seqAdjustOf(message, CTA.seqAdjustReply),
    synproxy: synproxyOf(message),
  });
}

/** The bytes of the bits stand lowest first. */
function labelsOf(message: ConntrackMessage): string | undefined {
  const labels = message.valueOf(CTA.labels);
  return labels && Buffer.from(labels).reverse().toString("hex");
}

/** The first nested attribute is a name, of a helper or of a security context. */
function nameIn(message: ConntrackMessage, type: number): string | undefined {
  const name = attributesIn(message.valueOf(type) ?? NO_BYTES).find((one) => one.type === 1)?.value;
  return name?.toString("utf8").replace(/\0.*$/s, "");
}

const NO_BYTES = Buffer.alloc(0);

function masterOf(message: ConntrackMessage): FlowEvent["master"] {
  const value = message.valueOf(CTA.tupleMaster);
  if (value === undefined) return undefined;
  const tuple = new Tuple();
  tuple.read(value, 0, value.length);
  if (tuple.addressBytes === 0) return undefined;
  const textAt = tuple.addressBytes === 4 ? ipv4Text : ipv6Text;
  return present<NonNullable<FlowEvent["master"]>>({
    ...{ src: textAt(value, tuple.srcAt), dst: textAt(value, tuple.dstAt), proto: protocolName(tuple.protocol) },
    ...{ sport: portOf(tuple.sport), dport: portOf(tuple.dport) },
  });
}

function portOf(number: number): number | undefined {
  return number < 0 ? undefined : number;
}

/** The nested attributes behind an attribute's first level, by their types. */
function numbersIn(value: Buffer): ReadonlyMap<number, Buffer> {
  return new Map(attributesIn(value).map((one) => [one.type, one.value]));
}

function byteOf(value: Buffer | undefined): number | undefined {
  return value?.[0];
}

function u32Of(value: Buffer | undefined): number | undefined {
  return value === undefined || value.length < 4 ? undefined : value.readUInt32BE(0);
}

/** What conntrack knows of TCP, DCCP or SCTP beside the state. */
export function protoInfoOf(message: ConntrackMessage): FlowEvent["protoinfo"] {
  const [info] = attributesIn(message.valueOf(CTA.protoInfo) ?? NO_BYTES);
  if (info === undefined) return undefined;
  const of = numbersIn(info.value);
  const [second, third] = [of.get(2), of.get(3)];
  switch (info.type) {
    case 1:
      return presentAny({
        ...{ wscale_orig: byteOf(second), wscale_reply: byteOf(third) },
        ...{ flags_orig: byteOf(of.get(4)), flags_reply: byteOf(of.get(5)) },
      });
    case 2:
      return presentAny({
        role: second === undefined ? undefined : byteOf(second) === 0 ? "client" : "server",
        handshake_seq: third?.length === 8 ? String(third.readBigUInt64BE(0)) : undefined,
      } as const) as FlowEvent["protoinfo"];
    default:
      return presentAny({ vtag_orig: u32Of(second), vtag_reply: u32Of(third) });
  }
}

function seqAdjustOf(message: ConntrackMessage, type: number): FlowEvent["seq_adjust_orig"] {
  const value = message.valueOf(type);
  if (value === undefined) return undefined;
  const of = numbersIn(value);
  const signed = (number: number | undefined): number => (number ?? 0) | 0;
  return { position: u32Of(of.get(1)) ?? 0, before: signed(u32Of(of.get(2))), after: signed(u32Of(of.get(3))) };
}

function synproxyOf(message: ConntrackMessage): FlowEvent["synproxy"] {
  const value = message.valueOf(CTA.synproxy);
  if (value === undefined) return undefined;
  const of = numbersIn(value);
  return { isn: u32Of(of.get(1)) ?? 0, its: u32Of(of.get(2)) ?? 0, tsoff: u32Of(of.get(3)) ?? 0 };
}
