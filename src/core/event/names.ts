import type { PacketEvent, TrafficEvent } from "./event.ts";
import { type FileName, namesOfHosts, namesOfLeases } from "./names/files.ts";
import { createDhcpNames, namesOfDns } from "./names/from-events.ts";

/** Names of addresses, as far as they were told: nothing is asked of anybody. */
export interface Names {
  /** Takes from a packet what it says of names: an answer of DNS, a lease of DHCP. */
  learn(event: PacketEvent, nowSeconds: number): void;
  /** Takes the text of /etc/hosts. */
  addHosts(text: string): void;
  /** Takes the text of a file of leases: of dnsmasq, ISC dhcpd or Kea. */
  addLeases(text: string): void;
  nameOf(address: string, nowSeconds: number): string | undefined;
  /** The event with the names of its addresses. */
  apply<Event extends TrafficEvent>(event: Event, nowSeconds: number): Event;
}

/** Addresses that are held of packets, and as many each of hosts and leases. */
const NAMES_MAX = 65_536;

const DNS_PORT = 53;
/** A connection outlives the TTL by which its name was found. */
const SECONDS_MIN = 5 * 60;
const SECONDS_MAX = 7 * 24 * 3600;

interface Held {
  readonly name: string;
  /** In seconds since 1970. */
  readonly until: number;
}

/** A store of names: those of hosts before those of leases before those of packets, which cannot push out the others. */
export function createNames(max = NAMES_MAX): Names {
  const hosts = new Map<string, Held>();
  const leases = new Map<string, Held>();
  const seen = new Map<string, Held>();
  const dhcp = createDhcpNames();

  function nameOf(address: string, nowSeconds: number): string | undefined {
    const lease = leases.get(address);
    const known = hosts.get(address) ?? (lease && nowSeconds < lease.until ? lease : undefined);
    if (known !== undefined) return known.name;
    const held = seen.get(address);
    if (held === undefined) return undefined;
    seen.delete(address);
    if (nowSeconds >= held.until) return undefined;
    seen.set(address, held); // the first in the map is the one that was not wanted for the longest time
    return held.name;
  }

  return {
    learn(event, nowSeconds) {
      const answered = event.dns && event.sport === DNS_PORT ? namesOfDns(event.dns) : [];
      const granted = event.dhcp ? dhcp.seen(event.dhcp) : [];
      for (const { address, name, seconds } of [...answered, ...granted]) {
        seen.delete(address);
        seen.set(address, { name, until: nowSeconds + Math.min(Math.max(seconds, SECONDS_MIN), SECONDS_MAX) });
        dropOldest(seen, max);
      }
    },
    addHosts(text) {
      // The first line of an address is the one that counts, as for gethostbyaddr(3).
      for (const one of namesOfHosts(text).toReversed()) file(hosts, one, max);
    },
    addLeases(text) {
      for (const one of namesOfLeases(text)) file(leases, one, max);
    },
    nameOf,
    apply(event, nowSeconds) {
      const source = event.src_name ?? (event.src && nameOf(event.src, nowSeconds));
      const target = event.dst_name ?? (event.dst && nameOf(event.dst, nowSeconds));
      return source === undefined && target === undefined ? event : withNames(event, source, target);
    },
  };
}

function file(
  filed: Map<string, Held>,
  { address, name, until = Number.POSITIVE_INFINITY }: FileName,
  max: number,
): void {
  filed.delete(address);
  if (name === undefined) return;
  filed.set(address, { name, until });
  dropOldest(filed, max);
}

function dropOldest(names: Map<string, Held>, max: number): void {
  if (names.size <= max) return;
  const [oldest] = names.keys();
  if (oldest !== undefined) names.delete(oldest);
}

/** What stands behind the names by the schema. */
const BEHIND = ["community_id", "why", "payload", "payload_encoding", "payload_cut"] as const;

function withNames<Event extends TrafficEvent>(
  event: Event,
  source: string | undefined,
  target: string | undefined,
): Event {
  const named: Record<string, unknown> = { ...event };
  const behind: Record<string, unknown> = {};
  for (const key of BEHIND) {
    if (named[key] === undefined) continue;
    behind[key] = named[key];
    delete named[key];
  }
  const { src_name: _source, dst_name: _target, ...rest } = named;
  const names = { ...(source && { src_name: source }), ...(target && { dst_name: target }) };
  return { ...rest, ...names, ...behind } as Event;
}
