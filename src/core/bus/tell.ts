import { type Batch, countOf, LOSS_TOPIC, linesIn } from "../event/batch.ts";
import type { NetlogEvent } from "../event/event.ts";
import { encodeSpr } from "../event/formats/spr.ts";
import type { Subscription } from "./request.ts";

/** What is told of a piece of a batch. */
export interface Told {
  readonly bytes: Buffer;
  readonly events: number;
  /** The place in the batch that comes next. */
  readonly next: number;
}

export interface Bounds {
  readonly bytesMax: number;
  readonly eventsMax: number;
}

/** What a subscriber is told of a batch from a place on, up to the bounds. */
export function tell(
  subscription: Subscription,
  wanted: readonly boolean[],
  batch: Batch,
  from: number,
  bounds: Bounds,
): Told {
  return subscription.form === "spr" ? tellSpr(wanted, batch, from, bounds) : tellLines(wanted, batch, from, bounds);
}

/** Which topics of a batch are wanted, by their places; losses are told to whoever understands them. */
export function wantedOf({ form, matches }: Subscription, { topics }: Batch): boolean[] {
  return topics.map((topic) => (topic === LOSS_TOPIC ? form === "json" : matches(topic)));
}

/** How many events of a batch are wanted, from a place on. */
export function countWanted(wanted: readonly boolean[], { topicOf }: Batch, from: number): number {
  let count = 0;
  for (let event = from; event < topicOf.length; event += 1) if (wanted[topicOf[event] as number]) count += 1;
  return count;
}

/** Lines that stand one behind the other are told as they stand. */
function tellLines(wanted: readonly boolean[], batch: Batch, from: number, { bytesMax, eventsMax }: Bounds): Told {
  const runs: Buffer[] = [];
  const end = countOf(batch);
  let [next, events, bytes] = [from, 0, 0];
  while (next < end && bytes < bytesMax && events < eventsMax) {
    const start = next;
    while (next < end && wanted[batch.topicOf[next] as number] && next - start < eventsMax) next += 1;
    if (next > start) {
      const run = linesIn(batch, start, next);
      runs.push(run);
      bytes += run.length;
      events += next - start;
    }
    while (next < end && !wanted[batch.topicOf[next] as number]) next += 1;
  }
  return { bytes: Buffer.concat(runs), events, next };
}

/** Clients of SPR's bus end at lines of 64 KiB: of a large packet they are told the first bytes. */
const SPR_PACKET_BYTES_MAX = 8192;

function tellSpr(wanted: readonly boolean[], batch: Batch, from: number, { bytesMax, eventsMax }: Bounds): Told {
  const messages: string[] = [];
  let [next, bytes] = [from, 0];
  for (; next < countOf(batch) && bytes < bytesMax && messages.length < eventsMax; next += 1) {
    if (!wanted[batch.topicOf[next] as number]) continue;
    const message = sprMessage(linesIn(batch, next, next + 1).toString("utf8"));
    messages.push(message);
    bytes += message.length;
  }
  return { bytes: Buffer.from(messages.join("")), events: messages.length, next };
}

/** SPR has no words for flows: they are told in ours. */
function sprMessage(line: string): string {
  const event = JSON.parse(line) as NetlogEvent;
  if (event.kind === "loss") return "";
  if (event.kind === "flow") return `${JSON.stringify({ topic: event.topic, value: line.trimEnd() })}\n`;
  const bytes = event.payload && Buffer.from(event.payload, event.payload_encoding ?? "hex");
  const value = encodeSpr(event, bytes ? bytes.subarray(0, SPR_PACKET_BYTES_MAX) : undefined);
  return `${JSON.stringify({ topic: event.topic, value })}\n`;
}
