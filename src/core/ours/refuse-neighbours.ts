import { Fault } from "../model/fault.ts";
import { isObject, type JsonObject } from "../nft/json.ts";
import type { Ruleset, Table } from "../nft/ruleset.ts";
import { markedChains, type OwnTables } from "./scope.ts";

/**
 * Refuses to touch tables that are not to be touched: those that a process owns, which the kernel lets nobody else change,
 * and those of firewalld, Docker, libvirt and iptables-nft, which lose our rules or can no longer be read with them.
 */
export function refuseNeighbours(live: Ruleset, wanted: Ruleset, own: OwnTables): void {
  for (const key of own) {
    const table = live.tables.get(key);
    if (table !== undefined && isOwned(table)) throw ownedFault(key);
  }
  for (const path of markedChains(wanted, own)) {
    const key = path.split(" ").slice(0, 2).join(" ");
    const table = live.tables.get(key);
    const why = table === undefined ? undefined : whyNot(table);
    if (why !== undefined) throw refused(`cannot put rules into ${path}: table ${key} is not to be touched: ${why}`);
  }
}

/** The fault for a table that the kernel does not let us change. */
export function ownedFault(key: string): Fault {
  return refused(`cannot change table ${key}: ${OWNED}`);
}

const OWNED =
  "it belongs to the process that made it (flag owner), and the kernel lets no other change it while that process lives";

const NAMES: Readonly<Record<string, string>> = {
  firewalld: "it is firewalld's, which makes it anew at each reload, without our rules",
  "docker-bridges": "it is Docker's, which makes it anew",
  libvirt_network: "it is libvirt's, which deletes its rules by their handles",
};

function whyNot(table: Table): string | undefined {
  if (isOwned(table)) return OWNED;
  return NAMES[table.name] ?? (isOfIptables(table) ? IPTABLES : undefined);
}

/** nft 1.0.6 does not tell one flag in JSON: there the kernel says no. */
export function isOwned({ head }: Table): boolean {
  return [head?.["flags"] ?? []].flat().includes("owner");
}

const IPTABLES =
  "it is managed by iptables-nft (iptables itself, ufw, Docker), which cannot list a table any more in which nft has put a rule";

const IPTABLES_TABLES = new Set(["filter", "nat", "mangle", "raw", "security"]);
const IPTABLES_CHAINS = ["INPUT", "FORWARD", "OUTPUT", "PREROUTING", "POSTROUTING"];

/** Told by expressions of xtables, or by the names that iptables gives and nobody else does, in capitals. */
function isOfIptables({ name, family, chains }: Table): boolean {
  const isNamedSo = family !== "inet" && IPTABLES_TABLES.has(name);
  if (isNamedSo && IPTABLES_CHAINS.some((chain) => chains.get(chain)?.head?.["hook"] !== undefined)) return true;
  return [...chains.values()].some(({ rules }) => rules.some(hasXt));
}

function hasXt({ expr }: JsonObject): boolean {
  return Array.isArray(expr) && expr.some((statement) => isObject(statement) && statement["xt"] !== undefined);
}

function refused(message: string): Fault {
  return new Fault(
    "not-supported",
    message,
    "log in a chain of our own, which sees the same packets: hook: instead of into:",
  );
}
