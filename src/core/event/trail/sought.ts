import { ipv6Text } from "../../packet/address.ts";
import { addressBytes } from "../../packet/address-bytes.ts";
import type { CommunityFlow } from "../../packet/community-id.ts";
import type { TrafficEvent } from "../event.ts";
import { communityIdsOf } from "./conversation.ts";
import { endsTest, type Target } from "./target.ts";
import { type End, keyOf, type Tuple, tuplesOf } from "./tuple.ts";

/** How many conversations are known at a time by what they are called elsewhere. */
const KEYS_MAX = 100_000;

/** More are not looked for one by one. */
const NEEDLES_MAX = 64;

/** What of events belongs to a trail: it is learnt from a first look at them, and asked of each at the second. */
export class Sought {
  readonly #target: Target;
  readonly #isOfTarget: (event: TrafficEvent) => boolean;
  readonly #keys = new Set<string>();
  readonly #addresses = new Set<string>();
  readonly #needles: string[][] = [];

  constructor(target: Target, communityIdOf: (flow: CommunityFlow) => string | undefined) {
    this.#target = target;
    this.#isOfTarget = testOf(target, communityIdOf);
  }

  /** Whether the event itself is of whom is looked for. */
  isOfTarget(event: TrafficEvent): boolean {
    return this.#isOfTarget(event);
  }

  /** Whether the first look has to see packets, too: flows tell which numbers and addresses belong together. */
  get needsPackets(): boolean {
    return this.#target.kind === "community";
  }

  /** Looks at an event for the first time. */
  learn(event: TrafficEvent): void {
    if (!this.#isOfTarget(event)) return;
    const tuples = tuplesOf(event);
    const keys = tuples.map(keyOf);
    const isKnownByEnds = this.#target.kind === "address" && new Set(keys).size < 2;
    if (isKnownByEnds || this.#keys.size >= KEYS_MAX) return;
    for (const [place, tuple] of tuples.entries()) {
      const key = keys[place] ?? "";
      if (this.#keys.has(key)) continue;
      this.#keys.add(key);
      this.#addresses.add(tuple.src.address).add(tuple.dst.address);
      this.#needles.push(needlesOfTuple(tuple));
    }
  }

  /** Whether the event belongs to it. */
  isMeant(event: TrafficEvent): boolean {
    if (this.#target.kind === "address" && this.#isOfTarget(event)) return true;
    return this.#keys.size > 0 && tuplesOf(event).some((tuple) => this.#keys.has(keyOf(tuple)));
  }

  /** Lists of addresses: what belongs to it has one of each. */
  addresses(): string[][] {
    const asked = this.#target.kind === "address" ? this.#target.ends.map(({ address }) => address) : [];
    if (this.#keys.size === 0) return asked.map((address) => [address]);
    return [[...new Set([...asked, ...this.#addresses])]];
  }

  /** Lists of texts: all of one of them stand in the JSON of what belongs to it. None where they would be too many. */
  needles(): string[][] {
    const all = [...needlesOf(this.#target), ...this.#needles];
    return all.length > NEEDLES_MAX ? [] : all;
  }

  /** The same of whom is looked for. */
  firstNeedles(): string[][] {
    return this.#target.kind === "flow" ? [[`id":${this.#target.id},`]] : needlesOf(this.#target);
  }

  /** Whether anything can belong to it. */
  get isAny(): boolean {
    return this.#target.kind === "address" || this.#keys.size > 0;
  }
}

function needlesOf(target: Target): string[][] {
  return target.kind === "address" ? [target.ends.map(needleOfEnd)] : [];
}

function needlesOfTuple({ proto, src, dst }: Tuple): string[] {
  const ports = proto.startsWith("icmp") ? [] : [src.number, dst.number].filter((port) => port !== undefined);
  return [needleOfEnd(src), needleOfEnd(dst), ...ports.map((port) => `port":${port}`)];
}

/** As events have it, however a person writes it. */
function needleOfEnd({ address }: End): string {
  const bytes = addressBytes(address);
  if (bytes === undefined) return address;
  return `"${bytes.length === 4 ? bytes.join(".") : ipv6Text(bytes, 0)}"`;
}

function testOf(
  target: Target,
  communityIdOf: (flow: CommunityFlow) => string | undefined,
): (event: TrafficEvent) => boolean {
  switch (target.kind) {
    case "address":
      return endsTest(target.ends);
    case "flow":
      return (event) => (event.kind === "flow" ? event.id : event.ct_id) === target.id;
    case "community":
      return (event) => communityIdsOf(event, communityIdOf).includes(target.id);
  }
}
