import { cutBatch } from "../core/event/batch.ts";
import type { ServeSettings } from "../core/serve/settings.ts";
import { ServiceTallies } from "../core/serve/tallies.ts";
import { Bus } from "./bus.ts";
import type { Past } from "./replay.ts";
import type { Store } from "./store/open-store.ts";

export interface LogServiceOptions {
  readonly settings: ServeSettings;
  readonly store: Store | undefined;
  /** Opens what the store holds, if there is one; whoever reads closes it. */
  readonly openPast: () => Promise<Past | undefined>;
  /** Microseconds since 1970. */
  readonly nowMicroseconds: () => number;
  /** RFC 3339 with nine digits. */
  readonly now: () => string;
  readonly onTrouble: (what: string) => void;
}

/** Takes lines of events, and hands them to all who want them: subscribers, and the store. It waits for nobody. */
export class LogService {
  readonly tallies: ServiceTallies;
  readonly bus: Bus;
  readonly store: Store | undefined;
  readonly #nowMicroseconds: () => number;
  #next: number;

  constructor({ settings, store, openPast, nowMicroseconds, now, onTrouble }: LogServiceOptions) {
    this.tallies = new ServiceTallies(settings.groups);
    this.store = store;
    this.bus = new Bus({ bytesMax: settings.bus.keep, openPast, now, onTrouble });
    this.#nowMicroseconds = nowMicroseconds;
    this.#next = (store?.lastCursor ?? 0) + 1;
  }

  /** Whole lines, as a reader wrote them. Cursors are about the time, and later than all before, as long as the clock goes on or the store remembers. */
  take(lines: Buffer): void {
    this.#next = Math.max(this.#next, this.#nowMicroseconds());
    const batch = cutBatch(lines, this.#next);
    this.#next += batch.topicOf.length;
    this.tallies.count(batch);
    this.bus.publish(batch);
    this.store?.add(batch);
  }

  /** Does what the settings say from now on, as far as that needs no other store and no other socket. */
  reconfigure({ bus, store }: ServeSettings): void {
    this.bus.bytesMax = bus.keep;
    if (store !== undefined) this.store?.reconfigure(store.topics);
  }

  /** All that was taken is told and stored, as far as it is taken there. */
  async close(): Promise<void> {
    await Promise.all([this.bus.close(), this.store?.close()]);
  }
}
