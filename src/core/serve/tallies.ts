import { type Batch, countOf, LOSS_TOPIC, linesIn } from "../event/batch.ts";
import type { LossEvent } from "../event/event.ts";
import { isTopicOf } from "../event/topic.ts";

/** More topics than that are counted together. */
const TOPICS_MAX = 1000;

/** Counts what comes, by topic, and what was lost, by group and of flows. */
export class ServiceTallies {
  readonly byTopic = new Map<string, number>();
  readonly lostByGroup = new Map<string, number>();
  /** Losses of flows that were told, and the events that they say are missing; undefined before the first flow. */
  flowLosses: { readonly told: number; readonly events: number } | undefined;
  /** @param groups what is read: of each it is told how much was lost, also if it is nothing */
  constructor(groups: readonly number[]) {
    for (const group of groups) this.lostByGroup.set(String(group), 0);
  }

  /** The time of the newest event, as it says itself. */
  lastTs: string | undefined;

  count(batch: Batch): void {
    const counts = new Uint32Array(batch.topics.length);
    for (const topic of batch.topicOf) counts[topic] = (counts[topic] ?? 0) + 1;
    for (const [index, topic] of batch.topics.entries()) {
      if (topic === LOSS_TOPIC) this.#countLosses(batch, index);
      else this.#add(topic, counts[index] ?? 0);
    }
    const last = countOf(batch) - 1;
    this.lastTs = /"ts":"([^"]*)"/.exec(linesIn(batch, last, last + 1).toString("latin1", 0, 100))?.[1];
  }

  #add(topic: string, count: number): void {
    if (isTopicOf("flows", topic)) this.flowLosses ??= { told: 0, events: 0 };
    const name = this.byTopic.has(topic) || this.byTopic.size < TOPICS_MAX ? topic : "others";
    this.byTopic.set(name, (this.byTopic.get(name) ?? 0) + count);
  }

  #countLosses(batch: Batch, index: number): void {
    for (const [place, topic] of batch.topicOf.entries()) {
      if (topic !== index) continue;
      this.#countLoss(JSON.parse(linesIn(batch, place, place + 1).toString("utf8")) as LossEvent);
    }
  }

  #countLoss({ source, group, count }: LossEvent): void {
    if (source === "conntrack") {
      const { told, events } = this.flowLosses ?? { told: 0, events: 0 };
      this.flowLosses = { told: told + 1, events: events + count };
    } else {
      const name = String(group ?? "");
      this.lostByGroup.set(name, (this.lostByGroup.get(name) ?? 0) + count);
    }
  }
}
