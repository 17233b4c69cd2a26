import type { FlowFacts } from "../core/doctor/facts.ts";
import { type Host, orUndefined } from "../core/model/host.ts";
import { FLOW_COUNT_PATH } from "../core/procfs/flow-settings.ts";
import { decodeNetlink, flowEventsOf, NETLINK_PATH } from "../core/procfs/netlink.ts";
import { findHolders } from "./read-groups.ts";
import { textOf } from "./read-keepers.ts";
import { readNumber } from "./read-machine.ts";

/** Reads who reads flow events, and how many flows are tracked. */
export async function readFlowFacts(host: Host): Promise<FlowFacts> {
  const [netlink, tracked] = await Promise.all([
    textOf(host, NETLINK_PATH),
    orUndefined(readNumber(host, FLOW_COUNT_PATH), "EACCES", "EPERM"),
  ]);
  const reading = decodeNetlink(netlink ?? "").filter((socket) => flowEventsOf(socket).length > 0);
  const inodes = new Set(reading.map(({ inode }) => inode));
  const holders = inodes.size === 0 ? new Map<number, never>() : await findHolders(host, inodes);
  return {
    readers: reading.map((socket) => ({
      portId: socket.portId,
      events: flowEventsOf(socket),
      listeners: holders.get(socket.inode) ?? [],
    })),
    tracked,
  };
}
