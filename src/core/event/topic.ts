import type { FlowChange, PacketEvent } from "./event.ts";

/** `wan:in ` is told under `nft:wan:in`, as SPR's packet logs are. */
export function topicOf(prefix: string): string {
  return `${PACKETS}${prefix.trim().toLowerCase()}`;
}

/** The beginning of a flow of TCP is told under `ct:new:tcp`. */
export function flowTopicOf(change: FlowChange, proto: string): string {
  return `${FLOWS}${change}:${proto}`;
}

/** What topics are of: packets that rules logged, flows that conntrack follows. */
export type TopicKind = "packets" | "flows";

const STARTS: Readonly<Record<TopicKind, string>> = { packets: "nft:", flows: "ct:" };
const { packets: PACKETS, flows: FLOWS } = STARTS;

/** Whether a pattern (* and ?) could match a topic at all: they begin with "nft:" or "ct:", and have no capital letters. */
export function mayMatchTopic(pattern: string): boolean {
  return mayMatchTopicOf("packets", pattern) || mayMatchTopicOf("flows", pattern);
}

/** The same of topics of one kind. */
export function mayMatchTopicOf(kind: TopicKind, pattern: string): boolean {
  const [head = ""] = pattern.split(/[*?]/);
  const isHead = head.startsWith(STARTS[kind]) || (head.length < pattern.length && STARTS[kind].startsWith(head));
  return isHead && pattern === pattern.toLowerCase();
}

export function isTopicOf(kind: TopicKind, topic: string): boolean {
  return topic.startsWith(STARTS[kind]);
}

const BLOCKED = /^(?:drop|drp|reject|deny|denied|block|blocked)(?![a-z])/;
const ALLOWED = /^(?:accept|allow|allowed|pass|permit)(?![a-z])/;

/** What became of the packet, as far as the prefix or, by SPR's convention, the group says. */
export function actionOf(prefix: string, group: number | undefined): PacketEvent["action"] {
  const word = prefix.trim().toLowerCase();
  if (BLOCKED.test(word)) return "blocked";
  if (ALLOWED.test(word)) return "allowed";
  return group === 0 ? "allowed" : group === 1 ? "blocked" : undefined;
}
