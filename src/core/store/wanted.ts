import type { LossEvent } from "../event/event.ts";
import { compileGlob } from "../event/where/glob.ts";
import { Fault } from "../model/fault.ts";
import { type AddressRange, rangeOf } from "./address-key.ts";
import type { StoreQuery } from "./reader.ts";
import { storedEvent } from "./stored-event.ts";
import { topicTest, type WantedTopics } from "./wanted-topics.ts";

/** Which events a person asks for. */
export interface Wanted extends WantedTopics {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly prefixes: readonly string[];
  /** Addresses, prefixes and ranges of them. */
  readonly src: readonly string[];
  readonly dst: readonly string[];
  readonly addr: readonly string[];
  readonly ports: readonly string[];
  readonly where: string | undefined;
}

/** What a store is asked for it. @throws Fault for what cannot be understood */
export async function queryOf(wanted: Wanted): Promise<StoreQuery> {
  const { since, until, prefixes, src, dst, addr, ports, where } = wanted;
  if (since !== undefined && until !== undefined && since > until) {
    throw new Fault("usage", "--since is later than --until", "turn them round");
  }
  const topic = topicTest(wanted);
  for (const port of ports) refuseNoPort(port);
  const lists = [src, dst, addr].filter((list) => list.length > 0);
  const filters = [
    ...inList(["src", "arp.sender"], src),
    ...inList(["dst", "arp.target"], dst),
    ...inList(["addr", "reply.src", "reply.dst", "arp.sender", "arp.target"], addr),
    ...inList(["port", "reply.sport", "reply.dport"], ports),
    ...(where === undefined ? [] : [where]),
  ];
  const addresses = lists.map((list) => list.map(addressRange));
  return {
    since,
    until,
    topic,
    prefix: anyOf(prefixes),
    addresses: addresses.length === 0 ? undefined : addresses,
    isWanted: filters.length === 0 ? undefined : await lineTest(filters),
    isWantedLoss: LOSS_TESTS[wanted.of],
  };
}

/** What is lost of one kind does not matter to who asks for the other; of some losses it is not said what they are of. */
const LOSS_TESTS: Readonly<Record<Wanted["of"], ((line: string) => boolean) | undefined>> = {
  packets: (line) => lossOf(line)?.source !== "conntrack",
  flows: (line) => lossOf(line)?.group === undefined,
  both: undefined,
};

function lossOf(line: string): LossEvent | undefined {
  const event = storedEvent(line);
  return event?.kind === "loss" ? event : undefined;
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
