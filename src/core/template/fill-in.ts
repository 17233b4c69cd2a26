import { Fault } from "../model/fault.ts";

/** Stands around the number of a value; a private character of Unicode, which no template has a use for. */
const MARK = "\ue000";
const MARKED = new RegExp(`^${MARK}([0-9]+)${MARK}$`);

/** What stands in a rendered template in place of the value of this number. */
export function markOf(number: number): string {
  return `${MARK}${number}${MARK}`;
}

/** The YAML's value with the values in the places of their marks; a fault where one is a part of a text, or a key. */
export function fillIn(value: unknown, values: readonly unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item) => fillIn(item, values));
  if (typeof value === "string") return fillInText(value, values);
  if (typeof value !== "object" || value === null) return value;
  if (Object.keys(value).some((key) => key.includes(MARK))) throw misplaced("a value stands where a key belongs");
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillIn(inner, values)]));
}

function fillInText(text: string, values: readonly unknown[]): unknown {
  if (!text.includes(MARK)) return text;
  const number = MARKED.exec(text)?.[1];
  if (number === undefined) throw misplaced("a value stands in the middle of a text");
  return values[Number(number)];
}

function misplaced(what: string): Fault {
  return new Fault("bad-input", what, "mend the template: {{json (join a b)}} puts texts together");
}
