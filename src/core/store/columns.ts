import type { NetlogEvent } from "../event/event.ts";
import type { TopicKind } from "../event/topic.ts";
import { findField, WHERE_FIELDS, WHERE_NAMES, type WhereField } from "../event/where/fields.ts";
import { Fault } from "../model/fault.ts";
import { didYouMean } from "../nearest.ts";

/** A field of events as a column of a table. */
export interface Column {
  readonly name: string;
  /** Its value as text; of several, all, with commas between them; empty if there is none. */
  readonly textOf: (event: NetlogEvent) => string;
}

/** Who talked to whom, when, and which rule said so, or what became of it. */
export const USUAL_COLUMNS: Readonly<Record<TopicKind, string>> = {
  packets: "ts,prefix,in,out,proto,src,sport,dst,dport",
  flows: "ts,change,proto,src,sport,dst,dport,state,packets,bytes,duration",
};

/** The columns of a list of fields with commas between them. @throws Fault for a name that no field has */
export function columnsOf(list: string): Column[] {
  return list.split(",").map((name) => columnOf(name.trim()));
}

function columnOf(name: string): Column {
  const field = findField(name);
  if (field !== undefined) return { name, textOf: (event) => valuesOf(event, field).map(textOf).join(",") };
  const near = didYouMean(name, WHERE_NAMES);
  throw new Fault("usage", `events have no field "${name.slice(0, 40)}"`, `${near}netlogctl packets fields lists them`);
}

function valuesOf(event: NetlogEvent, { paths }: WhereField): unknown[] {
  return paths
    .flatMap((path) =>
      path.reduce<unknown[]>((values, key) => values.flatMap((value) => stepInto(value, key)), [event]),
    )
    .flat(3);
}

function stepInto(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((element) => stepInto(element, key));
  const inner = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return inner === undefined ? [] : [inner];
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The fields that are one value each: what a row of SQL has as its columns. */
export function scalarFields(): string[] {
  return WHERE_FIELDS.filter(({ name, type, paths }) => {
    return paths.length === 1 && !name.includes(".") && type.kind !== "group" && name !== "vlan";
  }).map(({ name }) => name);
}
