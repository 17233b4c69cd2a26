import { FLOW_CHANGES, type FlowChange, type FlowEvent, type NetlogEvent } from "../event/event.ts";
import { endsOfFlow } from "../event/formats/flow/text.ts";
import { type FlowCount, FlowTop } from "./flow-top.ts";
import { type Timeline, TimelineCounter } from "./timeline.ts";

/** What stands out in some events of flows. */
export interface FlowSummary {
  /** Events by what became of the flow. */
  readonly flows: Readonly<Record<FlowChange, number>>;
  /** Losses that were told, and how many events they say are missing. */
  readonly losses: number;
  readonly lost: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly timeline: Timeline | undefined;
  /** Protocols and destination ports. */
  readonly services: readonly FlowCount[];
  readonly sources: readonly FlowCount[];
  readonly destinations: readonly FlowCount[];
  /** Of those that ended. */
  readonly longest: readonly LongFlow[];
  /** Bytes that a count may lack at most, where there was too much to be counted exactly. */
  readonly missed: number;
}

export interface LongFlow {
  readonly ts: string;
  readonly proto: string;
  /** From where to where. */
  readonly ends: string;
  /** Seconds. */
  readonly duration: number;
  readonly bytes: number | undefined;
}

/** Takes events and says what stands out in the flows among them, so many of each; it holds little however many there are. */
export class FlowSummarizer {
  readonly #most: number;
  readonly #services = new FlowTop();
  readonly #sources = new FlowTop();
  readonly #destinations = new FlowTop();
  readonly #timeline = new TimelineCounter();
  readonly #flows = Object.fromEntries(FLOW_CHANGES.map((change) => [change, 0])) as Record<FlowChange, number>;
  #longest: LongFlow[] = [];
  #losses = 0;
  #lost = 0;
  #from: string | undefined;
  #to: string | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(event: NetlogEvent): void {
    if (event.kind === "loss") {
      this.#losses += 1;
      this.#lost += event.count;
    } else if (event.kind === "flow") this.#addFlow(event);
  }

  summary(): FlowSummary {
    const tops = [this.#services, this.#sources, this.#destinations];
    const [services = [], sources = [], destinations = []] = tops.map((top) => top.most(this.#most));
    return {
      ...{ flows: { ...this.#flows }, losses: this.#losses, lost: this.#lost, from: this.#from, to: this.#to },
      ...{ timeline: this.#timeline.timeline(), services, sources, destinations, longest: this.#longest },
      missed: Math.max(...tops.map(({ missed }) => missed)),
    };
  }

  #addFlow(event: FlowEvent): void {
    const { ts, change } = event;
    this.#flows[change] += 1;
    if (this.#from === undefined || ts < this.#from) this.#from = ts;
    if (this.#to === undefined || ts > this.#to) this.#to = ts;
    this.#timeline.add(ts);
    if (change === "new") this.#count(event, { begun: 1, ended: 0, bytes: 0 }); // of the others there may be many of a flow
    if (change !== "destroy") return;
    this.#count(event, { begun: 0, ended: 1, bytes: event.bytes ?? 0 });
    this.#noteLength(event);
  }

  #count(event: FlowEvent, counts: Omit<FlowCount, "what">): void {
    this.#services.add(serviceOf(event), counts);
    this.#sources.add(event.src, counts);
    this.#destinations.add(event.dst, counts);
  }

  #noteLength(event: FlowEvent): void {
    const { ts, proto, duration, bytes } = event;
    const shortest = this.#longest[this.#most - 1]?.duration ?? -1;
    if (duration === undefined || duration <= shortest) return;
    const longer = [...this.#longest, { ts, proto, ends: endsOfFlow(event), duration, bytes }];
    this.#longest = longer.sort((a, b) => b.duration - a.duration).slice(0, this.#most);
  }
}

function serviceOf({ proto, dport }: FlowEvent): string {
  return dport === undefined ? proto : `${proto}/${dport}`;
}
