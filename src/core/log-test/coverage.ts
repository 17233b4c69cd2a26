import { lineOf } from "../diff/words.ts";
import type { JsonObject } from "../nft/json.ts";
import type { LogPlace } from "./instrument.ts";
import { countsOf } from "./visited.ts";

/** A log statement that no test reached. */
export interface UnreachedLog {
  /** What was tested. */
  readonly source: string;
  /** `inet netlogctl input rule 3`. */
  readonly place: string;
  /** `file:line:column` of a rule of an intent. */
  readonly where: string | null;
  readonly prefix: string | null;
  readonly to: string;
  readonly rule: string;
}

/** How many log statements there are, and which of them were reached. */
export interface Covered {
  readonly logs: number;
  readonly reached: number;
  readonly unreached: readonly UnreachedLog[];
}

/** What is tested, and where a rule of it is written. */
interface Tested {
  readonly name: string;
  whereOf(rule: JsonObject): string | undefined;
}

/** What was reached, over all files that test the same. */
export class Coverage {
  readonly #logs = new Map<string, { readonly log: UnreachedLog; packets: number }>();

  /** @param listing what nft lists of the counters that stand before the log statements */
  add({ name: source, whereOf }: Tested, logs: readonly LogPlace[], listing: unknown): void {
    const counts = countsOf(listing);
    for (const { family, table, chain, position, prefix, to, rule, counter } of logs) {
      const place = `${family} ${table} ${chain} rule ${position}`;
      const key = `${source} ${place} ${counter}`;
      const log = { source, place, where: whereOf(rule) ?? null, prefix, to, rule: lineOf(rule) };
      const entry = this.#logs.get(key) ?? { log, packets: 0 };
      entry.packets += counts.get(`${family} ${table} ${counter}`) ?? 0;
      this.#logs.set(key, entry);
    }
  }

  told(): Covered {
    const entries = [...this.#logs.values()];
    const unreached = entries.filter(({ packets }) => packets === 0).map(({ log }) => log);
    return { logs: entries.length, reached: entries.length - unreached.length, unreached };
  }
}
