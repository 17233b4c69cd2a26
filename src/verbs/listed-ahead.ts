import { setImmediate } from "node:timers/promises";
import type { Host } from "../core/model/host.ts";
import type { Ruleset } from "../core/nft/ruleset.ts";
import { listTerse } from "./live-rules.ts";

/** A listing that was begun before it was needed. */
export interface ListedAhead {
  /** The ruleset as it is now, without the elements of sets; undefined where it has to be listed for that. */
  ruleset(): Promise<Ruleset | undefined>;
  /** Nobody waits for it any more. */
  end(): void;
}

/** Older than that it is not taken: counters go on without a transaction, and are handed on to rules that are made anew. */
const AGE_MS_MAX = 10_000;

/**
 * Has nft list the ruleset beside whatever is done next. What it lists is the ruleset of later as well, as long as the
 * kernel's generation is that of before it was begun: each transaction of anybody raises the number in the kernel itself.
 */
export async function listAhead(host: Host): Promise<ListedAhead> {
  const generation = await host.rulesetGeneration();
  if (generation === undefined) return { ruleset: async () => undefined, end: () => {} };

  const begun = performance.now();
  const ending = new AbortController();
  const listing = listTerse({ ...host, run: (file, args) => host.run(file, args, ending.signal) });
  listing.catch(() => {}); // told to who takes it
  await setImmediate(); // by then nft is started
  return {
    ruleset: async () => {
      const ruleset = await listing;
      const isFresh = performance.now() - begun < AGE_MS_MAX;
      return isFresh && (await host.rulesetGeneration()) === generation ? ruleset : undefined;
    },
    end: () => ending.abort(),
  };
}
