import type { PacketEvent } from "./event.ts";

/** `wan:in ` is told under `nft:wan:in`, as SPR's packet logs are. */
export function topicOf(prefix: string): string {
  return `${TOPICS}${prefix.trim().toLowerCase()}`;
}

/** Whether a pattern (* and ?) could match a topic at all: they begin with "nft:", and have no capital letters. */
export function mayMatchTopic(pattern: string): boolean {
  const [head = ""] = pattern.split(/[*?]/);
  const isHead =
    head.length === pattern.length ? head.startsWith(TOPICS) : head.startsWith(TOPICS) || TOPICS.startsWith(head);
  return isHead && pattern === pattern.toLowerCase();
}

const TOPICS = "nft:";

const BLOCKED = /^(?:drop|drp|reject|deny|denied|block|blocked)(?![a-z])/;
const ALLOWED = /^(?:accept|allow|allowed|pass|permit)(?![a-z])/;

/** What became of the packet, as far as the prefix or, by SPR's convention, the group says. */
export function actionOf(prefix: string, group: number | undefined): PacketEvent["action"] {
  const word = prefix.trim().toLowerCase();
  if (BLOCKED.test(word)) return "blocked";
  if (ALLOWED.test(word)) return "allowed";
  return group === 0 ? "allowed" : group === 1 ? "blocked" : undefined;
}
