import type { FlowEventKind } from "../model/listener.ts";

/** The netlink sockets of a network namespace: net/netlink/af_netlink.c, netlink_seq_show. Mode 0444. */
export const NETLINK_PATH = "/proc/net/netlink";

const NETLINK_ROUTE = 0;
export const NETLINK_AUDIT = 9;
export const NETLINK_NETFILTER = 12;

/** A netlink socket as the kernel lists it. */
export interface NetlinkSocket {
  readonly protocol: number;
  /** 0 is the kernel's own end. */
  readonly portId: number;
  /** The multicast groups that it listens to, as bits. */
  readonly groups: number;
  /** Bytes that wait to be read, as the kernel charges them. */
  readonly waitingBytes: number;
  /** Messages that found no room. */
  readonly drops: number;
  readonly inode: number;
}

/** Decodes /proc/net/netlink: columns sk, Eth, Pid, Groups, Rmem, Wmem, Dump, Locks, Drops, Inode. */
export function decodeNetlink(text: string): NetlinkSocket[] {
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns.length >= 10)
    .map((columns) => ({
      protocol: Number(columns[1]),
      portId: Number(columns[2]),
      groups: Number.parseInt(columns[3] ?? "", 16),
      waitingBytes: Number(columns[4]),
      drops: Number(columns[8]),
      inode: Number(columns[9]),
    }));
}

/** Multicast groups of NETLINK_NETFILTER by their bit: nfnetlink.h, NFNLGRP_CONNTRACK_NEW and the next two. */
const FLOW_GROUPS: readonly FlowEventKind[] = ["NEW", "UPDATE", "DESTROY"];

/** Which events of flows a socket reads. */
export function flowEventsOf({ protocol, groups }: NetlinkSocket): FlowEventKind[] {
  return protocol === NETLINK_NETFILTER ? FLOW_GROUPS.filter((_kind, bit) => (groups & (1 << bit)) !== 0) : [];
}

/**
 * A number that tells one network namespace from every other of this boot, also from a later one that got the same
 * inode number: the inode of the kernel's own route socket, made once with the namespace, from a counter.
 */
export function instanceOf(sockets: readonly NetlinkSocket[]): number {
  return sockets.find(({ protocol, portId }) => protocol === NETLINK_ROUTE && portId === 0)?.inode ?? 0;
}
