import type { HookName, PacketEvent } from "../event.ts";

type Family = NonNullable<PacketEvent["family"]>;

/** NFPROTO_ (linux/netfilter.h). */
const FAMILIES: ReadonlyMap<Family, number> = new Map([
  ["unspec", 0],
  ["ip", 2],
  ["arp", 3],
  ["netdev", 5],
  ["bridge", 7],
  ["ip6", 10],
]);

const FAMILY_NAMES: ReadonlyMap<number, Family> = new Map([...FAMILIES].map(([name, number]) => [number, name]));

export function familyNumber(family: Family): number {
  return FAMILIES.get(family) ?? 0;
}

export function familyName(number: number): Family | undefined {
  return FAMILY_NAMES.get(number);
}

/** NF_INET_ and NF_NETDEV_ (linux/netfilter.h, linux/netfilter_netdev.h). */
const HOOK_NUMBERS: ReadonlyMap<HookName, number> = new Map([
  ["prerouting", 0],
  ["input", 1],
  ["forward", 2],
  ["output", 3],
  ["postrouting", 4],
  ["ingress", 0],
  ["egress", 1],
]);

const INET_HOOKS: readonly HookName[] = ["prerouting", "input", "forward", "output", "postrouting"];
const NETDEV_HOOKS: readonly HookName[] = ["ingress", "egress"];

export function hookNumber(hook: HookName): number {
  return HOOK_NUMBERS.get(hook) ?? 0;
}

/** Hooks are counted anew in the family netdev. */
export function hookName(number: number, family: Family | undefined): HookName | undefined {
  return (family === "netdev" ? NETDEV_HOOKS : INET_HOOKS)[number];
}
