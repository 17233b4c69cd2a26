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

/** NF_INET_ and NF_BR_ (linux/netfilter.h, linux/netfilter_bridge.h). */
const INET_HOOKS: readonly HookName[] = ["prerouting", "input", "forward", "output", "postrouting"];
/** Families that count anew: NF_NETDEV_ (linux/netfilter.h), NF_ARP_ (linux/netfilter_arp.h). */
const OWN_HOOKS: Readonly<Partial<Record<Family, readonly HookName[]>>> = {
  netdev: ["ingress", "egress"],
  arp: ["input", "output", "forward"],
};

function hooksOf(family: Family | undefined): readonly HookName[] {
  return (family === undefined ? undefined : OWN_HOOKS[family]) ?? INET_HOOKS;
}

export function hookNumber(hook: HookName, family: Family | undefined): number {
  return Math.max(hooksOf(family).indexOf(hook), 0);
}

export function hookName(number: number, family: Family | undefined): HookName | undefined {
  return hooksOf(family)[number];
}
