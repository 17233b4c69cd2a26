import type { FlowEvent, TrafficEvent } from "../event.ts";
import { keyOf, tuplesOf } from "./tuple.ts";

/**
 * Joins events to conversations, each of which holds some of them in their order, none twice. A conversation is of one pair
 * of ends, whichever way packets go; its answers are known by what NAT makes of them. It is over with its flow: what
 * comes later between the same ends is another.
 * @param events in the order of time
 */
export function joinEvents(events: readonly TrafficEvent[]): TrafficEvent[][] {
  const rewritten = rewrittenIn(events);
  const all: Joined[] = [];
  const open = new Map<string, Joined>();
  for (const event of events) {
    const [tuple] = tuplesOf(event);
    if (tuple === undefined) continue;
    const key = event.kind === "flow" ? keyOf(tuple) : rewritten(keyOf(tuple), event.ts);
    let joined = open.get(key);
    if (joined === undefined || isOver(joined, event)) {
      joined = { events: [], living: new Map(), hasEnded: false, lastMs: 0 };
      all.push(joined);
      open.set(key, joined);
    }
    add(joined, event);
  }
  return all.map((one) => one.events);
}

interface Joined {
  readonly events: TrafficEvent[];
  /** The numbers of its flow that have not ended, by who follows it: more than one machine may. */
  readonly living: Map<string, number>;
  hasEnded: boolean;
  /** When the newest event of its flow was. */
  lastMs: number;
}

/** A packet that is sent has the time at which it was read, so long after the end of its flow at most. */
const LATE_MS = 1000;

/** One place follows one flow at a time between the same ends. */
function isOver({ living, hasEnded, lastMs }: Joined, event: TrafficEvent): boolean {
  if (hasEnded) return event.kind === "flow" || event.ts_source === "kernel" || Date.parse(event.ts) > lastMs + LATE_MS;
  if (event.kind !== "flow" || event.change === "destroy") return false;
  const id = living.get(placeOf(event));
  return id !== undefined && id !== event.id;
}

function add(joined: Joined, event: TrafficEvent): void {
  joined.events.push(event);
  if (event.kind !== "flow") return;
  joined.lastMs = Date.parse(event.ts);
  const place = placeOf(event);
  if (event.change !== "destroy") {
    joined.living.set(place, event.id);
    return;
  }
  if (joined.living.get(place) === event.id) joined.living.delete(place);
  joined.hasEnded = joined.living.size === 0;
}

function placeOf({ host = "", netns = "", zone, zone_orig, zone_reply }: FlowEvent): string {
  return JSON.stringify([host, netns, zone, zone_orig, zone_reply]);
}

/** How long before its flow begins a packet may have been logged that has the addresses of answers. */
const AHEAD_MS = 1000;

interface Rewritten {
  readonly fromMs: number;
  readonly key: string;
}

/** The key of a conversation as it began, for one as its answers are sent: NAT gives a port to one after the other. */
function rewrittenIn(events: readonly TrafficEvent[]): (key: string, ts: string) => string {
  const known = new Map<string, Rewritten[]>();
  for (const event of events) {
    if (event.kind !== "flow") continue;
    const [key = "", replyKey = ""] = tuplesOf(event).map(keyOf);
    const list = known.get(replyKey) ?? [];
    if (replyKey === key || list.at(-1)?.key === key) continue;
    known.set(replyKey, [...list, { fromMs: Date.parse(event.start ?? event.ts), key }]);
  }
  return (key, ts) => {
    const list = known.get(key);
    if (list === undefined) return key;
    const at = Date.parse(ts) + AHEAD_MS;
    return (list.findLast(({ fromMs }) => fromMs <= at) ?? list[0])?.key ?? key;
  };
}
