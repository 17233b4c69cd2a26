import type { NetlogEvent } from "../event/event.ts";

/** The event of a line that a store holds; undefined where somebody else wrote what is none. */
export function storedEvent(line: string): NetlogEvent | undefined {
  try {
    const event = JSON.parse(line) as NetlogEvent;
    const isWhole = typeof event.ts === "string" && (event.kind === "loss" || typeof event.topic === "string");
    return isWhole ? event : undefined;
  } catch {
    return undefined;
  }
}
