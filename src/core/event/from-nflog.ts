import type { NflogMessage } from "../netlink/nflog-message.ts";
import { macText } from "../packet/address.ts";
import { decodeEtherHeader, decodeTag } from "../packet/ether.ts";
import { decodeNetwork } from "../packet/network.ts";
import type { Layers, PacketEvent } from "./event.ts";
import { familyName, hookName } from "./netfilter-numbers.ts";
import { type Moment, momentText } from "./time-text.ts";
import { actionOf, topicOf } from "./topic.ts";

/** What is known beside the message. */
export interface Surroundings {
  readonly host?: string;
  readonly netns?: string;
  readonly source: PacketEvent["source"];
  /** When it was read, or captured, for messages that do not say when the packet came. */
  readonly moment: Moment;
  readonly momentSource: PacketEvent["ts_source"];
  /** The name of an interface; undefined if it is gone. */
  readonly interfaceName: (index: number) => string | undefined;
}

const ETHER_TYPES: Readonly<Record<number, number>> = { 2: 0x0800, 3: 0x0806, 10: 0x86dd };
/** ARPHRD_ of devices whose header is that of Ethernet: lo has one, too. */
const ETHER: readonly (number | undefined)[] = [undefined, 1, 772];

/** Whether what stands before the network header is a header of Ethernet. */
export function isEthernet({ hardwareType }: NflogMessage): boolean {
  return ETHER.includes(hardwareType);
}

/** The event of an NFLOG message. */
export function packetEventOf(message: NflogMessage, surroundings: Surroundings): PacketEvent {
  const etherType = message.protocol || (ETHER_TYPES[message.family] ?? 0);
  const { layers, why } = decodeNetwork(message.payload ?? NO_BYTES, etherType);
  return {
    ...headOf(message, surroundings, why !== undefined),
    ...(message.uid === undefined ? {} : { uid: message.uid }),
    ...(message.gid === undefined ? {} : { gid: message.gid }),
    ...(message.sequence === undefined ? {} : { seq: message.sequence }),
    ...(message.sequenceGlobal === undefined ? {} : { seq_global: message.sequenceGlobal }),
    ...linkOf(message),
    ...layers,
    ...(why === undefined ? {} : { why }),
  };
}

const NO_BYTES = Buffer.alloc(0);

function headOf(message: NflogMessage, around: Surroundings, isUndecoded: boolean): PacketEvent {
  const { group, prefix, time, mark = 0, family } = message;
  const action = actionOf(prefix, group);
  const familyOf = familyName(family);
  const hook = message.hook === undefined ? undefined : hookName(message.hook, familyOf);
  const moment = time === undefined ? around.moment : { seconds: time.seconds, nanoseconds: time.microseconds * 1000 };
  return {
    schema: 1,
    kind: isUndecoded ? "undecoded" : "packet",
    ts: momentText(moment),
    ts_source: time === undefined ? around.momentSource : "kernel",
    ...(around.host === undefined ? {} : { host: around.host }),
    ...(around.netns === undefined ? {} : { netns: around.netns }),
    source: around.source,
    group,
    prefix,
    topic: topicOf(prefix),
    ...(action === undefined ? {} : { action }),
    ...(hook === undefined ? {} : { hook }),
    ...(familyOf === undefined ? {} : { family: familyOf }),
    ...interfacesOf(message, around.interfaceName),
    ...(mark === 0 ? {} : { mark }),
  };
}

type Interfaces = Pick<
  PacketEvent,
  "in" | "in_index" | "out" | "out_index" | "phys_in" | "phys_in_index" | "phys_out" | "phys_out_index"
>;

function interfacesOf(message: NflogMessage, nameOf: Surroundings["interfaceName"]): Interfaces {
  const { inDevice, outDevice, physInDevice, physOutDevice } = message;
  const name = (index: number): string => nameOf(index) ?? String(index);
  return {
    ...(inDevice === undefined ? {} : { in: name(inDevice), in_index: inDevice }),
    ...(outDevice === undefined ? {} : { out: name(outDevice), out_index: outDevice }),
    ...(physInDevice === undefined ? {} : { phys_in: name(physInDevice), phys_in_index: physInDevice }),
    ...(physOutDevice === undefined ? {} : { phys_out: name(physOutDevice), phys_out_index: physOutDevice }),
  };
}

/** What stands before the network header: the whole header, or where that is missing the sender's address alone. */
function linkOf(message: NflogMessage): Pick<Layers, "ether" | "vlan"> {
  const { hardwareType, hardwareAddress } = message;
  const header = message.hardwareHeader ?? message.linkHeader;
  const { ether, vlan = [] } = header !== undefined && isEthernet(message) ? decodeEtherHeader(header) : {};
  const sender = hardwareAddress?.length === 6 ? { src: macText(hardwareAddress, 0) } : {};
  const all = { ...sender, ...ether, ...(hardwareType === undefined ? {} : { hw_type: hardwareType }) };
  const tags = [...(message.vlan === undefined ? [] : [decodeTag(message.vlan.protocol, message.vlan.tci)]), ...vlan];
  return {
    ...(Object.keys(all).length === 0 ? {} : { ether: all }),
    ...(tags.length === 0 ? {} : { vlan: tags }),
  };
}
