import type { Json } from "../json.ts";

/** A priority that has a name in these families, and where hooks are given only there (rule.c, `prio2str`). */
interface NamedPriority {
  readonly name: string;
  readonly priority: number;
  readonly families: readonly string[];
  readonly hook?: string;
}

const NETWORK = ["ip", "ip6", "inet"];
const BRIDGE = ["bridge"];

const NAMES: readonly NamedPriority[] = [
  { name: "raw", priority: -300, families: NETWORK },
  { name: "mangle", priority: -150, families: NETWORK },
  { name: "dstnat", priority: -100, families: NETWORK, hook: "prerouting" },
  { name: "filter", priority: 0, families: [...NETWORK, "arp", "netdev"] },
  { name: "security", priority: 50, families: NETWORK },
  { name: "srcnat", priority: 100, families: NETWORK, hook: "postrouting" },
  { name: "dstnat", priority: -300, families: BRIDGE, hook: "prerouting" },
  { name: "filter", priority: -200, families: BRIDGE },
  { name: "out", priority: 100, families: BRIDGE, hook: "output" },
  { name: "srcnat", priority: 300, families: BRIDGE, hook: "postrouting" },
];

/** How far from a name nft still counts from it. */
const REACH = 10;

/** A priority as nft spells it: `filter`, `filter - 5`, or the number where no name is near. */
export function priorityText(priority: number, family: Json | undefined, hook: Json): string {
  const near = NAMES.find(
    (one) =>
      Math.abs(one.priority - priority) <= REACH &&
      one.families.some((known) => known === family) &&
      (one.hook === undefined || one.hook === hook),
  );
  if (near === undefined) return String(priority);
  const offset = priority - near.priority;
  return offset === 0 ? near.name : `${near.name} ${offset < 0 ? "-" : "+"} ${Math.abs(offset)}`;
}
