import type { CommunityFlow } from "../../packet/community-id.ts";
import { communityId } from "../../packet/community-id.ts";
import type { NetlogEvent, TrafficEvent } from "../event.ts";
import { type Conversation, conversationOf } from "./conversation.ts";
import { joinEvents } from "./join.ts";
import { NewestEvents } from "./newest.ts";
import { Sought } from "./sought.ts";
import type { TrailSource } from "./source.ts";
import { type Target, targetText } from "./target.ts";

/** What was logged of an address or a flow. */
export interface Trail {
  /** Whose. */
  readonly target: string;
  /** By when they began. */
  readonly conversations: readonly Conversation[];
  /** Losses that were told in this time, and how many events they say are missing. */
  readonly losses: { readonly told: number; readonly events: number };
  /** Older events that are left out. */
  readonly left_out: number;
}

export interface Search {
  readonly target: Target;
  /** RFC 3339 with nine digits; both ends belong to it. */
  readonly since: string | undefined;
  readonly until: string | undefined;
  /** How many events are held: the newest. */
  readonly limit: number;
  readonly sha1: (bytes: Buffer) => Buffer;
}

type IdOf = (flow: CommunityFlow) => string | undefined;

/** Looks at all sources twice: by which numbers and addresses the conversations are known, and for all that belongs to them. */
export async function searchTrail(sources: readonly TrailSource[], search: Search): Promise<Trail> {
  const idOf: IdOf = (flow) => communityId(flow, search.sha1);
  const sought = new Sought(search.target, idOf);
  await learn(sought, sources, search);
  const found = sought.isAny ? await collect(sought, sources, search) : NOTHING;
  const conversations = conversationsIn(found.events, sought, idOf);
  return { target: targetText(search.target), conversations, losses: found.losses, left_out: found.leftOut };
}

interface Found {
  readonly events: readonly TrafficEvent[];
  readonly losses: Trail["losses"];
  readonly leftOut: number;
}

const NOTHING: Found = { events: [], losses: { told: 0, events: 0 }, leftOut: 0 };

async function learn(sought: Sought, sources: readonly TrailSource[], { since, until }: Search): Promise<void> {
  const look = {
    ...{ isFirst: true, since, until, hasPackets: sought.needsPackets, addresses: sought.addresses() },
    needles: sought.firstNeedles(),
    isMeant: (event: NetlogEvent) => event.kind !== "loss" && sought.isOfTarget(event),
  };
  for (const source of sources) {
    for await (const event of source.events(look)) if (event.kind !== "loss") sought.learn(event);
  }
}

async function collect(sought: Sought, sources: readonly TrailSource[], search: Search): Promise<Found> {
  const { since, until, limit } = search;
  const held = new NewestEvents(limit);
  const losses: { readonly ts: string; readonly count: number }[] = [];
  const look = {
    ...{ isFirst: false, since, until, hasPackets: true, addresses: sought.addresses() },
    needles: sought.needles(),
    isMeant: (event: NetlogEvent) => event.kind !== "loss" && sought.isMeant(event),
  };
  for (const source of sources) {
    for await (const event of source.events(look)) {
      if (event.kind === "loss") losses.push({ ts: event.ts, count: event.count });
      else held.add(event);
    }
  }
  const events = held.inOrder();
  const [from, to] = [since ?? events[0]?.ts ?? "", until ?? events.at(-1)?.ts ?? ""];
  const within = losses.filter(({ ts }) => ts >= from && ts <= to);
  const lost = { told: within.length, events: within.reduce((sum, { count }) => sum + count, 0) };
  return { events, losses: lost, leftOut: held.leftOut };
}

function conversationsIn(events: readonly TrafficEvent[], sought: Sought, idOf: IdOf): Conversation[] {
  return joinEvents(events)
    .filter((joined) => joined.some((event) => sought.isOfTarget(event)))
    .flatMap((joined) => conversationOf(joined, idOf) ?? []);
}
