import { parseAddress, type Span, textOf } from "../intent/addresses.ts";
import type { TrialInterface } from "../model/trial.ts";
import type { TestFileHead } from "./document.ts";

export type Version = 4 | 6;

export function versionOf(address: string): Version {
  return address.includes(":") ? 6 : 4;
}

const ANYWHERE = ["0.0.0.0/0", "::/0"];

/** What lo has by itself. */
const LOOPBACK = ["127.0.0.1/8", "::1/128", "::1/64"];

/** The interfaces of a test as they are set up: the first one leads to the rest of the world unless routes say otherwise. */
export function wiringOf(interfaces: TestFileHead["interfaces"]): TrialInterface[] {
  const given = Object.entries(interfaces).map(([name, value]) => {
    const { addresses, routes = [] } = Array.isArray(value) ? { addresses: value } : value;
    const whole = addresses.map(withLength).filter((address) => name !== "lo" || !LOOPBACK.includes(address));
    return { name, addresses: [...new Set(whole)], routes: [...new Set(routes.map(networkOf))] };
  });
  const hasDefault = given.some(({ routes }) => routes.includes("default"));
  return given.map(({ routes, ...rest }, at) => {
    const all = hasDefault || at > 0 || rest.name === "lo" ? routes : [...routes, "default"];
    return { ...rest, routes: all.flatMap((route) => (route === "default" ? ANYWHERE : [route])) };
  });
}

/** The prefix without the bits of a host. */
function networkOf(route: string): string {
  const [address = "", length] = route.split("/");
  const span = parseAddress(route, versionOf(address));
  return length === undefined || span === undefined ? route : `${textOf(span.first, versionOf(address))}/${length}`;
}

function withLength(address: string): string {
  return address.includes("/") ? address : `${address}/${versionOf(address) === 4 ? 24 : 64}`;
}

/** An address of this host on an interface, and another one of the same network; undefined where it has none of that version. */
export function endsOf({ addresses }: TrialInterface, version: Version): readonly [string, string] | undefined {
  const address = addresses.find((one) => versionOf(one) === version);
  const [own = ""] = address?.split("/") ?? [];
  return address === undefined ? undefined : [own, neighbourOf(own, parseAddress(address, version) as Span)];
}

/** The next address, or the one before where that is everybody's. */
function neighbourOf(own: string, network: Span): string {
  const version = versionOf(own);
  const { first } = parseAddress(own, version) as Span;
  const isLast = first + 1n >= network.last && network.last - network.first > 1n;
  return textOf(isLast || first === network.last ? first - 1n : first + 1n, version);
}

/** Whom a packet is addressed to on the wire, in hex, where that is not the interface: everybody (RFC 919) or a group (RFC 1112, 2464). */
export function macFor(to: string, wiring: readonly TrialInterface[]): string | null {
  const version = versionOf(to);
  const { first } = parseAddress(to, version) as Span;
  const hex = (bits: bigint): string =>
    (first & ((1n << bits) - 1n)).toString(16).padStart(Math.ceil(Number(bits) / 4), "0");
  if (version === 6) return first >> 120n === 0xffn ? `3333${hex(32n)}` : null;
  if (first >> 28n === 0xen) return `01005e${hex(23n)}`;
  const networks = wiring.flatMap(({ addresses }) => addresses.flatMap((address) => parseAddress(address, 4) ?? []));
  const isEverybody = networks.some((network) => network.last === first && network.last - network.first > 1n);
  return isEverybody || first === 0xffffffffn ? "ffffffffffff" : null;
}

export function isOwn(address: string, wiring: readonly TrialInterface[]): boolean {
  const span = parseAddress(address, versionOf(address));
  return wiring.some(({ addresses }) =>
    addresses.some((own) => parseAddress(own.split("/")[0] ?? "", versionOf(address))?.first === span?.first),
  );
}

/** The interface behind which an address lies: the longest prefix wins. */
export function wayTo(address: string, wiring: readonly TrialInterface[]): string | undefined {
  const version = versionOf(address);
  const target = parseAddress(address, version)?.first ?? 0n;
  const found = wiring.flatMap(({ name, addresses, routes }) =>
    [...addresses, ...routes].flatMap((prefix) => {
      const span = parseAddress(prefix, version);
      return span !== undefined && span.first <= target && target <= span.last
        ? [{ name, size: span.last - span.first }]
        : [];
    }),
  );
  return found.toSorted((a, b) => (a.size < b.size ? -1 : 1))[0]?.name;
}
