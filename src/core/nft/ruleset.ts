import { Fault } from "../model/fault.ts";
import { addRule, applyCommand } from "./command.ts";
import type { Item } from "./document-reader.ts";
import { isDeeper, isObject, type Json, type JsonObject, NESTING_MAX, soleEntry } from "./json.ts";
import { normalizeAs } from "./normal.ts";
import { UnparsedRule } from "./unparsed-rule.ts";

/** A chain: what declares it, and its rules in order. */
export interface Chain {
  /** Absent where rules are put into a chain that somebody else declares. */
  head: JsonObject | undefined;
  readonly rules: JsonObject[];
}

/** A set, a map, a limit or another object with a name, under what libnftables calls its kind. */
interface NamedObject {
  readonly kind: string;
  readonly value: JsonObject;
}

/** A table: what declares it, its chains and its other objects by name. */
export interface Table {
  /** Absent where objects are put into a table that somebody else declares. */
  head: JsonObject | undefined;
  readonly family: string;
  readonly name: string;
  readonly chains: Map<string, Chain>;
  /** By `KIND NAME`. */
  readonly objects: Map<string, NamedObject>;
}

/** A whole ruleset, in the normal spelling (normal.ts); expressions that nobody knows are in it as they came. */
export interface Ruleset {
  /** The nft that listed it, such as "1.0.6"; undefined where none did. */
  version: string | undefined;
  /** By `FAMILY NAME`, in the order in which they came. */
  readonly tables: Map<string, Table>;
  /** What stands in no table, as it came. */
  readonly others: JsonObject[];
}

export function emptyRuleset(): Ruleset {
  return { version: undefined, tables: new Map(), others: [] };
}

/** What `"nftables"` holds in a file of libnftables-JSON, a listing or commands (libnftables-json(5)); a fault for anything else. */
function itemsOf(json: unknown, source: string): readonly Item[] {
  const items = isObject(json) ? json["nftables"] : undefined;
  if (Array.isArray(items)) return items as readonly Item[];
  throw new Fault(
    "bad-input",
    `${source} is no libnftables-JSON: it has no list "nftables"`,
    'make one with nft -j list ruleset, or write { "nftables": [ ... ] }',
  );
}

/** Reads a listing, or carries out commands on an empty ruleset. Numbers of handles and counters stay as they are. */
export function decodeRuleset(json: unknown, source: string): Ruleset {
  return carryOut(emptyRuleset(), json, source);
}

/** Carries out commands on a ruleset, and gives it back. */
function carryOut(ruleset: Ruleset, json: unknown, source: string): Ruleset {
  for (const [index, item] of itemsOf(json, source).entries()) {
    if (item instanceof UnparsedRule) {
      addRule(ruleset, item);
      continue;
    }
    if (isDeeper(item, NESTING_MAX)) throw malformed(`nftables[${index}] is nested too deeply`, source);
    const entry = soleEntry(item);
    if (entry === undefined) throw malformed(`nftables[${index}] is no object with one key`, source);
    const [kind, value] = entry;
    if (kind === "metainfo") ruleset.version = versionOf(value);
    else applyCommand(ruleset, kind, normalizeAs(kind, value), `${source}: nftables[${index}]`);
  }
  return ruleset;
}

function versionOf(metainfo: Json): string | undefined {
  const version = isObject(metainfo) ? metainfo["version"] : undefined;
  return typeof version === "string" ? version : undefined;
}

/**
 * The ruleset as a listing, in the spelling of nft 1.0.6, which every later one takes too. Chains stand before maps,
 * whose elements may jump to them.
 */
export function encodeRuleset(ruleset: Ruleset): { nftables: JsonObject[] } {
  const tables = [...ruleset.tables.values()].flatMap(encodeTable);
  return { nftables: [...tables, ...ruleset.others] };
}

function encodeTable({ head, objects, chains }: Table): JsonObject[] {
  return [
    ...(head === undefined ? [] : [{ table: head }]),
    ...[...chains.values()].flatMap((chain) => (chain.head === undefined ? [] : [{ chain: chain.head }])),
    ...[...objects.values()].map(({ kind, value }) => ({ [kind]: value })),
    ...[...chains.values()].flatMap(({ rules }) => rules.map((rule) => ({ rule }))),
  ];
}

function malformed(where: string, source: string): Fault {
  return new Fault("bad-input", `${source}: ${where}`, "see libnftables-json(5)");
}
