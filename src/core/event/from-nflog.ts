import type { NflogMessage } from "../netlink/nflog-message.ts";
import { macText } from "../packet/address.ts";
import { decodeEthernet, decodeTag } from "../packet/ether.ts";
import { decodeNetwork } from "../packet/network.ts";
import { CT_STATES, type PacketEvent } from "./event.ts";
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

/** An event that is being made: keys are added one by one, in the order of the schema. */
type Growing = { -readonly [Key in keyof PacketEvent]: PacketEvent[Key] };

/** The event of an NFLOG message. */
export function packetEventOf(message: NflogMessage, surroundings: Surroundings): PacketEvent {
  const etherType = message.protocol || (ETHER_TYPES[message.family] ?? 0);
  const { layers, why } = decodeNetwork(message.payload ?? NO_BYTES, etherType);
  const event = startOf(message, surroundings, why !== undefined);
  addHead(event, message);
  addInterfaces(event, message, surroundings.interfaceName);
  addNumbers(event, message);
  addLink(event, message);
  Object.assign(event, layers);
  if (why !== undefined) event.why = why;
  return event;
}

const NO_BYTES = Buffer.alloc(0);

function startOf({ time }: NflogMessage, around: Surroundings, isUndecoded: boolean): Growing {
  const moment = time === undefined ? around.moment : { seconds: time.seconds, nanoseconds: time.microseconds * 1000 };
  const start: Pick<Growing, "schema" | "kind" | "ts" | "ts_source" | "host" | "netns"> = {
    schema: 1,
    kind: isUndecoded ? "undecoded" : "packet",
    ts: momentText(moment),
    ts_source: time === undefined ? around.momentSource : "kernel",
  };
  if (around.host !== undefined) start.host = around.host;
  if (around.netns !== undefined) start.netns = around.netns;
  const event = start as Growing;
  event.source = around.source;
  return event;
}

function addHead(event: Growing, { group, prefix, family, hook }: NflogMessage): void {
  event.group = group;
  event.prefix = prefix;
  event.topic = topicOf(prefix);
  const action = actionOf(prefix, group);
  if (action !== undefined) event.action = action;
  const name = familyName(family);
  const hookText = hook === undefined ? undefined : hookName(hook, name);
  if (hookText !== undefined) event.hook = hookText;
  if (name !== undefined) event.family = name;
}

function addInterfaces(event: Growing, message: NflogMessage, nameOf: Surroundings["interfaceName"]): void {
  for (const [key, index, device] of DEVICES) {
    const number = message[device];
    if (number === undefined) continue;
    event[key] = nameOf(number) ?? String(number);
    event[index] = number;
  }
}

const DEVICES = [
  ["in", "in_index", "inDevice"],
  ["out", "out_index", "outDevice"],
  ["phys_in", "phys_in_index", "physInDevice"],
  ["phys_out", "phys_out_index", "physOutDevice"],
] as const;

function addNumbers(
  event: Growing,
  { mark, uid, gid, sequence, sequenceGlobal, flowId, flowInfo }: NflogMessage,
): void {
  if (mark !== undefined && mark !== 0) event.mark = mark;
  if (uid !== undefined) event.uid = uid;
  if (gid !== undefined) event.gid = gid;
  if (sequence !== undefined) event.seq = sequence;
  if (sequenceGlobal !== undefined) event.seq_global = sequenceGlobal;
  if (flowId === undefined) return;
  event.ct_id = flowId;
  const state = CT_STATES[(flowInfo ?? -1) % 3];
  if (state !== undefined) event.ct_state = state;
}

/** What stands before the network header: the whole header, or where that is missing the sender's address alone. */
function addLink(event: Growing, message: NflogMessage): void {
  const { hardwareType, hardwareAddress } = message;
  const layers = linkIn(message);
  const ether = layers.ether ?? {};
  if (ether.src === undefined && hardwareAddress?.length === 6) ether.src = macText(hardwareAddress, 0);
  if (hardwareType !== undefined) ether.hw_type = hardwareType;
  if (layers.ether !== undefined || ether.src !== undefined || hardwareType !== undefined) event.ether = ether;
  const tags = tagsOf(message, layers.vlan ?? []);
  if (tags.length > 0) event.vlan = tags;
}

function linkIn(message: NflogMessage): Pick<PacketEvent, "ether" | "vlan"> {
  const header = message.hardwareHeader ?? message.linkHeader;
  return header !== undefined && isEthernet(message) ? decodeEthernet(header).layers : {};
}

/** The tag that the kernel took off, and those that stand in the header. */
function tagsOf({ vlan }: NflogMessage, inside: NonNullable<PacketEvent["vlan"]>): NonNullable<PacketEvent["vlan"]> {
  return vlan === undefined ? inside : [decodeTag(vlan.protocol, vlan.tci), ...inside];
}
