import type { PacketEvent } from "../event.ts";

type Pairs = readonly (readonly [string, unknown])[];

/** The fields of an event under some of its keys, in the order of these. */
export function pick(event: PacketEvent, keys: readonly (keyof PacketEvent)[]): Pairs {
  return keys.map((key) => [key, event[key]] as const);
}

/** Those pairs as a value; undefined where none of them is there. */
export function objectOf(pairs: Pairs): Record<string, unknown> | undefined {
  const there = pairs.filter(([, value]) => value !== undefined);
  return there.length === 0 ? undefined : Object.fromEntries(there);
}
