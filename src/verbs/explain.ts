import { type Choice, chooseSites } from "../core/explain/choose.ts";
import { type LogSite, sitesOf } from "../core/explain/sites.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, readText } from "../core/model/host.ts";
import type { Namespace } from "../core/model/namespace.ts";
import { readWhole } from "./live-rules.ts";
import { readMachine } from "./read-machine.ts";
import { readSurroundings } from "./read-surroundings.ts";
import { readAppliedIntent } from "./revisions.ts";

/** Everything that logs packets on the machine, whoever made it, and where its lines really end up. */
export async function explainSites(host: Host, choice: Choice = {}): Promise<LogSite[]> {
  // The ruleset takes the longest: nft is at work while the rest is read.
  const listing = readWhole(host);
  const [ruleset, [machine, surroundings, files]] = await Promise.all([listing, readRest(host)]);
  return chooseSites(sitesOf(ruleset, machine, { ...surroundings, netns: host.netns ?? null, files }), choice);
}

async function readRest(host: Host) {
  const machine = await readMachine(host);
  const { namespace } = machine;
  const [surroundings, files] = await Promise.all([readSurroundings(host, machine), readRulePlaces(host, namespace)]);
  return [machine, surroundings, files] as const;
}

/** An intent of some hundred thousand rules. */
const INTENT_BYTES_MAX = 64 * 1024 * 1024;

/** Where the rules stand that were applied last, by name; nothing where that cannot be told any more. */
async function readRulePlaces(host: Host, namespace: Namespace): Promise<ReadonlyMap<string, string>> {
  const nothing = new Map<string, string>();
  const applied = await readAppliedIntent(host, namespace);
  if (applied === undefined) return nothing;
  const { rules, file } = applied;
  try {
    const text = await readText(host, file, INTENT_BYTES_MAX);
    // What reads YAML is loaded where rules were applied from a file.
    const { placesOfRules } = await import("../core/explain/rule-places.ts");
    return placesOfRules(rules, text, file);
  } catch (error) {
    if (error instanceof Fault || error instanceof HostError) return nothing;
    throw error;
  }
}
