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

/** NF_NETDEV_INGRESS, from which netdev counts its hooks anew (linux/netfilter_netdev.h). */
const NETDEV_FIRST = HOOKS.indexOf("ingress");
const NETDEV_HOOKS = HOOKS.slice(NETDEV_FIRST);

/** The number of a hook: NF_INET_ (of which 5 is NF_INET_INGRESS), with which those of NF_BR_ agree, and NF_NETDEV_ in the family netdev. */
export function hookNumber(hook: HookName, family: Family | undefined): number {
  const number = HOOKS.indexOf(hook);
  return family === "netdev" && number >= NETDEV_FIRST ? number - NETDEV_FIRST : number;
}

/** The hook of such a number; undefined where there is none. */
export function hookName(number: number, family: Family | undefined): HookName | undefined {
  return (family === "netdev" ? NETDEV_HOOKS : HOOKS)[number];
}
