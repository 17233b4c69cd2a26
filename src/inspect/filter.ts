import type { NetlogEvent } from "../core/event/event.ts";
import { encodeText } from "../core/event/formats/text.ts";
import { findField } from "../core/event/where/fields.ts";
import { parseWhere } from "../core/event/where.ts";
import { Fault } from "../core/model/fault.ts";
import type { Test } from "./found.ts";

/** What a filter that is being typed means so far. */
export type Filter =
  | { readonly kind: "none" }
  | { readonly kind: "expression" | "words"; readonly test: Test }
  /** An expression that is not whole yet, and what is missing. */
  | { readonly kind: "unfinished"; readonly problem: string };

/**
 * Reads a filter: an expression of --where if it is one, else words which all stand somewhere in the row. Losses pass
 * every filter: what is missing might have been meant.
 */
export function readFilter(text: string): Filter {
  if (text.trim() === "") return { kind: "none" };
  try {
    return { kind: "expression", test: testOf(parseWhere(text)) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (looksLikeExpression(text)) return { kind: "unfinished", problem: problemOf(error) };
    return { kind: "words", test: testOf(wordsTest(text)) };
  }
}

function testOf(passes: (event: NetlogEvent) => boolean): Test {
  return (arrival) => {
    const event = arrival.read()?.event;
    return event !== undefined && (event.kind === "loss" || passes(event));
  };
}

const SIGNS = /[=<>~!&|(){}"']/;

/** Somebody who names a field, or writes a sign of the language, means an expression. */
function looksLikeExpression(text: string): boolean {
  const [, first = ""] = /^\s*(?:(?:not|has)\s+)?([^\s]+)/i.exec(text) ?? [];
  return SIGNS.test(text) || findField(first) !== undefined;
}

function problemOf({ message, where = "" }: Fault): string {
  return `${message.replace("the filter is wrong: ", "")} (${where})`;
}

function wordsTest(text: string): (event: NetlogEvent) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return (event) => {
    const row = textOf(event);
    return words.every((word) => row.includes(word));
  };
}

/** All that a row could show, also where a name stands for an address. */
function textOf(event: NetlogEvent): string {
  const more = event.kind === "loss" ? [] : [event.src, event.dst, event.netns, event.host];
  if (event.kind === "packet" || event.kind === "undecoded") more.push(event.phys_in, event.phys_out);
  return `${encodeText(event)} ${more.join(" ")}`.toLowerCase();
}
