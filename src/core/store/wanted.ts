import { mayMatchTopic } from "../event/topic.ts";
import { compileGlob } from "../event/where/glob.ts";
import { Fault } from "../model/fault.ts";
import { type AddressRange, rangeOf } from "./address-key.ts";
import type { StoreQuery } from "./reader.ts";
import { storedEvent } from "./stored-event.ts";

/** Which events a person asks for. */
export interface Wanted {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly topics: readonly string[];
  readonly prefixes: readonly string[];
  /** Addresses, prefixes and ranges of them. */
  readonly src: readonly string[];
  readonly dst: readonly string[];
  readonly addr: readonly string[];
  readonly ports: readonly string[];
  readonly where: string | undefined;
}

/** What a store is asked for it. @throws Fault for what cannot be understood */
export async function queryOf({
  since,
  until,
  topics,
  prefixes,
  src,
  dst,
  addr,
  ports,
  where,
}: Wanted): Promise<StoreQuery> {
  if (since !== undefined && until !== undefined && since > until) {
    throw new Fault("usage", "--since is later than --until", "turn them round");
  }
  for (const topic of topics) {
    if (mayMatchTopic(topic)) continue;
    throw new Fault(
      "usage",
      `no topic is like "${topic.slice(0, 60)}"`,
      "they are such as nft:drop:input, in lower case",
    );
  }
  for (const port of ports) refuseNoPort(port);
  const lists = [src, dst, addr].filter((list) => list.length > 0);
  const filters = [
    ...inList(["src", "arp.sender"], src),
    ...inList(["dst", "arp.target"], dst),
    ...inList(["addr", "arp.sender", "arp.target"], addr),
    ...inList(["port"], ports),
    ...(where === undefined ? [] : [where]),
  ];
  const addresses = lists.map((list) => list.map(addressRange));
  return {
    since,
    until,
    topic: anyOf(topics),
    prefix: anyOf(prefixes),
    addresses: addresses.length === 0 ? undefined : addresses,
    isWanted: filters.length === 0 ? undefined : await lineTest(filters),
  };
}

/** The language of filters knows the whole schema: it is loaded where it is needed. */
async function lineTest(filters: readonly string[]): Promise<(line: string) => boolean> {
  const { parseWhere } = await import("../event/where.ts");
  const tests = filters.map(parseWhere);
  return (line) => {
    const event = storedEvent(line);
    return event !== undefined && tests.every((test) => test(event));
  };
}

function refuseNoPort(text: string): void {
  const [, first, last = first] = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(text) ?? [];
  if (first !== undefined && Number(last) <= 65_535 && Number(first) <= Number(last)) return;
  throw new Fault("usage", `"${text.slice(0, 60)}" is no port`, "give one such as 22, or a range such as 1000-2000");
}

function anyOf(patterns: readonly string[]): ((text: string) => boolean) | undefined {
  if (patterns.length === 0) return undefined;
  const globs = patterns.map(compileGlob);
  return (text) => globs.some((matches) => matches(text));
}

/** The filter for one of these values in one of those fields; none for no values. */
function inList(fields: readonly string[], values: readonly string[]): string[] {
  if (values.length === 0) return [];
  const set = values.map((value) => `"${value.replace(/["\\]/g, "\\$&")}"`).join(", ");
  return [fields.map((field) => `${field} in {${set}}`).join(" or ")];
}

function addressRange(text: string): AddressRange {
  const range = rangeOf(text);
  if (range !== undefined) return range;
  const remedy = "give an address, a prefix such as 10.0.0.0/8, or a range such as 10.0.0.1-10.0.0.9";
  throw new Fault("usage", `"${text.slice(0, 60)}" is no address, no prefix and no range`, remedy);
}
