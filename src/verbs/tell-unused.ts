import type { Host } from "../core/model/host.ts";
import type { Say } from "./scratch.ts";
import { groupsMeant } from "./stream-packets.ts";

/** Says of which NFLOG groups nothing logs to: most often they are a mistake. */
export async function tellUnused(host: Host, groups: readonly number[], say: Say): Promise<void> {
  const meant = await groupsMeant(host);
  const unused = groups.filter((group) => meant?.includes(group) === false);
  if (unused.length === 0) return;
  const remedy = "netlogctl rules apply makes the rules of an intent live";
  say(`note: no live rule logs to NFLOG group ${unused.join(", ")}: ${remedy}`);
}
