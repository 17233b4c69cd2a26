import * as z from "zod";
import { NetlogEvent } from "../event.ts";

/** What the values of a field are, by which a word of a filter is read. */
export type FieldType =
  | { readonly kind: "number"; readonly min: number; readonly max: number; readonly hasFraction?: true }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "address" | "mac" | "protocol" | "time" | "prefix" | "text" | "group" };

/** A field of events that a filter can name. */
export interface WhereField {
  readonly name: string;
  readonly type: FieldType;
  /** What the schema says of it. */
  readonly about?: string;
  /** Other names that it has, by habit of nft, iptables and tcpdump. */
  readonly aliases: readonly string[];
  /** Where its values stand: more than one place for a name such as `port`. */
  readonly paths: readonly (readonly string[])[];
}

/** The part of a JSON Schema that says what a field is. */
interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape | false;
  readonly prefixItems?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
}

const ADDRESSES = new Set([
  ...["src", "dst", "arp.sender", "arp.target", "icmp.gateway", "icmp.target", "icmp.inner.src", "icmp.inner.dst"],
  ...["dhcp.client", "dhcp.yours", "dhcp.server", "dhcp.relay", "dhcp.requested"],
  ...["reply.src", "reply.dst", "nat.src", "nat.dst", "master.src", "master.dst"],
]);

const MACS = new Set(["ether.src", "ether.dst", "arp.sender_mac", "arp.target_mac", "dhcp.client_mac"]);

const TYPES: Readonly<Record<string, FieldType>> = {
  ts: { kind: "time" },
  prefix: { kind: "prefix" },
  proto: { kind: "protocol" },
  "icmp.inner.proto": { kind: "protocol" },
  "master.proto": { kind: "protocol" },
};

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  in: ["iif", "iifname"],
  out: ["oif", "oifname"],
  src: ["saddr"],
  dst: ["daddr"],
  "tcp.flags": ["flags"],
};

/** Names of several fields at once: one of them is enough. */
const UNIONS: Readonly<Record<string, readonly string[]>> = {
  addr: ["src", "dst"],
  port: ["sport", "dport"],
  mac: ["ether.src", "ether.dst"],
  iface: ["in", "out"],
  name: ["src_name", "dst_name"],
};

/** All names that a filter knows (`--where`): the fields of the schema, nested ones with points, and a few for two at once. */
export const WHERE_FIELDS: readonly WhereField[] = allFields();

/** The field of that name or alias. */
export function findField(name: string): WhereField | undefined {
  return BY_NAME.get(name);
}

const BY_NAME: ReadonlyMap<string, WhereField> = new Map(
  WHERE_FIELDS.flatMap((field) => [field.name, ...field.aliases].map((name) => [name, field] as const)),
);

/** All names and aliases, to look for a near one. */
export const WHERE_NAMES: readonly string[] = [...BY_NAME.keys()];

function allFields(): WhereField[] {
  const kinds = (z.toJSONSchema(NetlogEvent) as { oneOf: Shape[] }).oneOf;
  const fields = new Map<string, WhereField>();
  for (const field of kinds.flatMap((kind) => fieldsOf(kind, []))) {
    const known = fields.get(field.name);
    fields.set(field.name, known === undefined ? field : { ...known, type: joined(known.type, field.type) });
  }
  return [...fields.values(), ...unionsOf(fields)];
}

/** A field that several kinds of events have. */
function joined(one: FieldType, other: FieldType): FieldType {
  return one.kind === "words" && other.kind === "words"
    ? { kind: "words", words: [...new Set([...one.words, ...other.words])] }
    : one;
}

function unionsOf(fields: ReadonlyMap<string, WhereField>): WhereField[] {
  return Object.entries(UNIONS).map(([name, parts]) => ({
    name,
    type: fields.get(parts[0] ?? "")?.type ?? { kind: "text" },
    about: parts.join(" or "),
    aliases: [],
    paths: parts.map((part) => part.split(".")),
  }));
}

/** The schema is ours and a tree: its depth is the bound. */
function fieldsOf(shape: Shape, path: readonly string[]): WhereField[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, outer]) => {
    const inner = elementOf(outer);
    const place = [...path, key];
    const name = place.join(".");
    const about = outer.description ?? inner.description;
    const type = typeOf(name, inner);
    const field = { name, type, aliases: ALIASES[name] ?? [], paths: [place] };
    return [about === undefined ? field : { ...field, about }, ...fieldsOf(inner, place)];
  });
}

/** Of a list what it is a list of. */
function elementOf(shape: Shape): Shape {
  const inner = shape.prefixItems?.[0] ?? (shape.items || undefined);
  return inner === undefined ? shape : elementOf(inner);
}

function typeOf(name: string, shape: Shape): FieldType {
  if (shape.properties !== undefined) return { kind: "group" };
  if (ADDRESSES.has(name)) return { kind: "address" };
  if (MACS.has(name)) return { kind: "mac" };
  return TYPES[name] ?? choiceOf(shape) ?? rangeOf(shape);
}

function choiceOf(shape: Shape): FieldType | undefined {
  const consts = (shape.anyOf ?? [shape]).map((one) => one.const);
  const choices = shape.enum ?? consts.filter((choice) => choice !== undefined);
  if (choices.length === 0) return undefined;
  const numbers = choices.filter((choice) => typeof choice === "number");
  return numbers.length === 0
    ? { kind: "words", words: choices.map(String) }
    : { kind: "number", min: Math.min(...numbers), max: Math.max(...numbers) };
}

function rangeOf({ type, minimum, maximum }: Shape): FieldType {
  if (minimum === undefined) return { kind: "text" };
  const range = { kind: "number", min: minimum, max: maximum ?? Number.MAX_SAFE_INTEGER } as const;
  return type === "number" ? { ...range, hasFraction: true } : range;
}
