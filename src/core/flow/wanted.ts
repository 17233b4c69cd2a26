import type { FlowEvent } from "../event/event.ts";
import { flowTopicOf } from "../event/topic.ts";
import { Fault } from "../model/fault.ts";
import { FLOW_CHANGES, type FlowChange, type FlowListening } from "../model/flow-stream.ts";
import { didYouMean } from "../nearest.ts";
import { PROTOCOL_NAMES, protocolNumber } from "../packet/protocol-names.ts";

type Wanted = FlowListening["wanted"];

const ALL: readonly number[] = Array.from({ length: 256 }, (_, number) => number);

/** What "other" leaves out: TCP, UDP, ICMP and ICMPv6. */
const COMMON: readonly number[] = [1, 6, 17, 58];

/** What has no name of its own. */
const GROUPS: Readonly<Record<string, readonly number[]>> = {
  all: ALL,
  icmp: [1, 58],
  other: ALL.filter((number) => !COMMON.includes(number)),
};

/** The protocols that are meant, one or the other: tcp, udp, icmp (ICMPv6, too), other, names and numbers of others. @throws Fault */
export function protocolsOf(words: readonly string[]): number[] {
  return [...new Set(words.flatMap(protocolsIn))].sort((a, b) => a - b);
}

function protocolsIn(word: string): readonly number[] {
  const number = protocolNumber(word);
  const found = GROUPS[word.toLowerCase()] ?? (number === undefined ? undefined : [number]);
  if (found !== undefined) return found;
  const near = didYouMean(word, [...PROTOCOL_NAMES.map(([, name]) => name), ...Object.keys(GROUPS)]);
  throw new Fault(
    "usage",
    `"${word.slice(0, 40)}" is no protocol`,
    `${near}give tcp, udp, icmp, other, or the name or number of another`,
  );
}

/** The changes that are meant. @throws Fault */
export function changesOf(words: readonly string[]): FlowChange[] {
  return words.map((word) => {
    const change = FLOW_CHANGES.find((one) => one === word.toLowerCase() && one !== "listed");
    if (change !== undefined) return change;
    const near = didYouMean(word, FLOW_CHANGES.slice(0, 3));
    throw new Fault("usage", `"${word.slice(0, 40)}" happens to no flow`, `${near}give new, update or destroy`);
  });
}

/** These protocols of these changes. */
export function wantedOf(changes: readonly FlowChange[], protocols: readonly number[]): Wanted {
  const of = (change: FlowChange): readonly number[] => (changes.includes(change) ? protocols : []);
  return { new: of("new"), update: of("update"), destroy: of("destroy"), listed: of("listed") };
}

/** The topics under which a log service tells such changes. */
export function flowTopics(wanted: Wanted): string[] {
  return FLOW_CHANGES.filter((change) => wanted[change].length > 0).map((change) => flowTopicOf(change, "*"));
}

/** Whether a flow is meant. */
export function flowTest(wanted: Wanted): (flow: Pick<FlowEvent, "change" | "proto">) => boolean {
  return ({ change, proto }) => wanted[change].includes(protocolNumber(proto) ?? -1);
}

/** All protocols. */
export const ALL_PROTOCOLS: readonly number[] = ALL;
