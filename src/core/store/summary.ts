import type { NetlogEvent, PacketEvent } from "../event/event.ts";
import { type Timeline, TimelineCounter } from "./timeline.ts";
import { type Counted, Top } from "./top.ts";

/** What stands out in some events. */
export interface Summary {
  readonly packets: number;
  /** Losses that were told, and how many events they say are missing. */
  readonly losses: number;
  readonly lost: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly timeline: Timeline | undefined;
  readonly prefixes: readonly Counted[];
  readonly sources: readonly Counted[];
  readonly ports: readonly Counted[];
  /** What a count may lack at most, where there was too much to be counted exactly. */
  readonly missed: number;
}

/** Takes events and says what stands out in them, so many of each; it holds little however many there are. */
export class Summarizer {
  readonly #prefixes = new Top();
  readonly #sources = new Top();
  readonly #ports = new Top();
  readonly #timeline = new TimelineCounter();
  #packets = 0;
  #losses = 0;
  #lost = 0;
  #from: string | undefined;
  #to: string | undefined;

  add(event: NetlogEvent): void {
    if (event.kind === "loss") {
      this.#losses += 1;
      this.#lost += event.count;
      return;
    }
    if (event.kind === "flow") return;
    this.#packets += 1;
    if (this.#from === undefined || event.ts < this.#from) this.#from = event.ts;
    if (this.#to === undefined || event.ts > this.#to) this.#to = event.ts;
    this.#timeline.add(event.ts);
    this.#prefixes.add(event.prefix.trim());
    const source = event.src ?? event.arp?.sender;
    if (source !== undefined) this.#sources.add(source);
    const port = portOf(event);
    if (port !== undefined) this.#ports.add(port);
  }

  summary(most: number): Summary {
    return {
      ...{ packets: this.#packets, losses: this.#losses, lost: this.#lost, from: this.#from, to: this.#to },
      timeline: this.#timeline.timeline(),
      prefixes: this.#prefixes.most(most),
      sources: this.#sources.most(most),
      ports: this.#ports.most(most),
      missed: Math.max(this.#prefixes.missed, this.#sources.missed, this.#ports.missed),
    };
  }
}

function portOf({ proto, dport }: PacketEvent): string | undefined {
  return dport === undefined ? undefined : `${proto ?? "?"}/${dport}`;
}
