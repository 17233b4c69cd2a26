import type { NetlogEvent } from "../core/event/event.ts";
import { printable } from "../core/printable.ts";

/** A field of an event as it is shown: how deep it stands, its name in its layer, its value in words. */
export interface Leaf {
  readonly depth: number;
  readonly name: string;
  readonly value: string;
}

/** The bytes are shown as such. */
const ELSEWHERE = new Set(["schema", "payload", "payload_encoding"]);

/** All fields of an event as a tree, in their order and by the names that filters have for them. */
export function eventTree(event: NetlogEvent): Leaf[] {
  return Object.entries(event).flatMap(([name, value]) => (ELSEWHERE.has(name) ? [] : leaves(name, value, 0)));
}

function leaves(name: string, value: unknown, depth: number): Leaf[] {
  if (Array.isArray(value) && value.some((item) => typeof item === "object" && !Array.isArray(item))) {
    return value.flatMap((item) => leaves(name, item, depth));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [{ depth, name: printable(name), value: wordsOf(value) }];
  }
  const inner = Object.entries(value).flatMap(([key, one]) => leaves(key, one, depth + 1));
  return [{ depth, name: printable(name), value: "" }, ...inner];
}

/** A text with blanks at its ends, or none in it, is shown between quotes. */
function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(wordsOf).join(" ");
  const text = String(value);
  return printable((typeof value === "string" && text.trim() !== text) || text === "" ? JSON.stringify(value) : text);
}
