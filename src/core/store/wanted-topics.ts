import type { FlowChange } from "../event/event.ts";
import { isTopicOf, mayMatchTopic, mayMatchTopicOf, type TopicKind } from "../event/topic.ts";
import { compileGlob } from "../event/where/glob.ts";
import { Fault } from "../model/fault.ts";
import { protocolNumber } from "../packet/protocol-names.ts";

/** What may have become of a flow, as a person asks for it. */
export const FLOW_EVENTS = ["new", "update", "destroy", "listed"] as const satisfies readonly FlowChange[];

/** Which topics a person asks for; of each list one, and an empty one asks for nothing. */
export interface WantedTopics {
  readonly of: TopicKind | "both";
  /** Patterns (* and ?). */
  readonly topics: readonly string[];
  /** Of flows. */
  readonly changes: readonly FlowChange[];
  /** Their numbers. */
  readonly protocols: readonly number[];
}

/** Whether a topic is meant. @throws Fault for a pattern that no such topic matches */
export function topicTest({ of, topics, changes, protocols }: WantedTopics): (topic: string) => boolean {
  for (const topic of topics) refuseNoTopic(of, topic);
  const globs = topics.map(compileGlob);
  return (topic) => {
    if (of !== "both" && !isTopicOf(of, topic)) return false;
    if (globs.length > 0 && !globs.some((matches) => matches(topic))) return false;
    return !isTopicOf("flows", topic) || isOfFlow(topic, changes, protocols);
  };
}

function isOfFlow(topic: string, changes: readonly string[], protocols: readonly number[]): boolean {
  const [, change = "", proto = ""] = topic.split(":");
  return (
    (changes.length === 0 || changes.includes(change)) &&
    (protocols.length === 0 || protocols.includes(protocolNumber(proto) ?? -1))
  );
}

function refuseNoTopic(of: WantedTopics["of"], pattern: string): void {
  const text = pattern.slice(0, 60);
  if (!mayMatchTopic(pattern)) {
    throw new Fault("usage", `no topic is like "${text}"`, "they are such as nft:drop:input, in lower case");
  }
  if (of !== "packets" || mayMatchTopicOf("packets", pattern)) return;
  throw new Fault("usage", `"${text}" is a topic of flows`, "netlogctl flows query finds them");
}
