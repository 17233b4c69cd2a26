import { HOOKS, type HookName, type PacketEvent } from "./event.ts";

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

/** The number of a family, NFPROTO_ (linux/netfilter.h). */
export function familyNumber(family: Family): number {
  return FAMILIES.get(family) ?? 0;
}

/** The family of such a number; undefined where it has none. */
export function familyName(number: number): Family | undefined {
  return FAMILY_NAMES.get(number);
}

/** Families that count their hooks anew: NF_NETDEV_ (linux/netfilter_netdev.h), NF_ARP_ (linux/netfilter_arp.h). */
const OWN_HOOKS: ReadonlyMap<Family | undefined, readonly HookName[]> = new Map([
  ["netdev", ["ingress", "egress"]],
  ["arp", ["input", "output", "forward"]],
]);

function hooksOf(family: Family | undefined): readonly HookName[] {
  return OWN_HOOKS.get(family) ?? HOOKS;
}

/** The number of a hook: NF_INET_ (of which 5 is NF_INET_INGRESS), with which those of NF_BR_ agree, or that of the family. */
export function hookNumber(hook: HookName, family: Family | undefined): number {
  return Math.max(hooksOf(family).indexOf(hook), 0);
}

/** The hook of such a number; undefined where there is none. */
export function hookName(number: number, family: Family | undefined): HookName | undefined {
  return hooksOf(family)[number];
}
