import type { Surroundings } from "../core/explain/effective.ts";
import { type Host, NOT_ENTERED, orUndefined } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import { readGroups } from "./read-groups.ts";
import { ALL_NETNS_PATH, readNumber } from "./read-machine.ts";

/** The initial namespace's door, as far as this process can see: its own first process is in a container's. */
export const INITIAL_NAMESPACE = "/proc/1/ns/net";

/** Reads what the way of a message depends on beside its binding. */
export async function readSurroundings(host: Host, machine: Machine): Promise<Surroundings> {
  const [groups, allNetns] = await Promise.all([readGroups(host), readAllNetns(host, machine)]);
  return { groups, allNetns, isInitial: machine.namespace.isInitial };
}

/** nf_log_all_netns, from here or, where the file does not exist here, from the first process's namespace. */
export async function readAllNetns(host: Host, { allNetns }: Pick<Machine, "allNetns">): Promise<number | undefined> {
  if (allNetns !== undefined) return allNetns;
  const initial = host.inNamespace(INITIAL_NAMESPACE);
  return await orUndefined(readNumber(initial, ALL_NETNS_PATH), NOT_ENTERED);
}
