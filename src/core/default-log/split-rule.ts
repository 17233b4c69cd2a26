import { isObject, type Json, type JsonObject, soleEntry } from "../nft/json.ts";
import type { Table } from "../nft/ruleset.ts";
import type { Variant } from "./lower-bare.ts";

/** A rule that becomes one for each family. */
export interface Split {
  readonly rule: JsonObject;
  readonly variants: readonly Variant[];
  /** The table's objects, to which limits are added that both share. */
  readonly objects: Table["objects"];
  readonly note: (text: string) => void;
}

/**
 * Makes a rule of each variant, with a test for its family. A limit of the rule becomes one with a name, so that both
 * together log what the one did; of a counter or a quota each has its own, which is noted.
 */
export function splitRule({ rule, variants, objects, note }: Split): JsonObject[] {
  const { handle: _handle, ...rest } = rule;
  const isShared = variants.length > 1;
  const expr = rule["expr"] as readonly Json[];
  const names = isShared ? expr.filter(isOwnLimit).map((statement) => addLimit(objects, rule, statement)) : [];
  const kept = isShared ? keptIn(expr) : [];
  if (names.length + kept.length > 0) note(noteOn(rule, names, kept));
  return variants.map((variant) => {
    const shared = shareLimits(variant.expr, names);
    return { ...rest, expr: withTest(shared, variant.family === "ip" ? "ipv4" : "ipv6") };
  });
}

function noteOn({ family, table, chain }: JsonObject, names: readonly string[], kept: readonly string[]): string {
  const shares = names.map((name) => `they share the limit "${name}"`);
  const owns = kept.length === 0 ? [] : [`each has its own ${kept.join(" and ")}, for its family alone`];
  const rule = `a rule in ${family} ${table} ${chain} becomes two, for ip and ip6 log to different places`;
  return `${rule}: ${[...shares, ...owns].join("; ")}`;
}

function isOwnLimit(statement: Json): boolean {
  const [kind, limit] = soleEntry(statement) ?? [];
  return kind === "limit" && isObject(limit);
}

/** The statements with their limits by name, in their order; as they are where there are no names. */
function shareLimits(expr: readonly Json[], names: readonly string[]): Json[] {
  const left = [...names];
  return expr.map((statement) => {
    const name = isOwnLimit(statement) ? left.shift() : undefined;
    return name === undefined ? statement : { limit: name };
  });
}

/** A named limit in the rule's table, under a name that is free. */
function addLimit(objects: Table["objects"], { family = "", table = "" }: JsonObject, statement: Json): string {
  const { limit } = statement as { limit: JsonObject };
  let number = 1;
  while (objects.has(`limit log-limit-${number}`)) number += 1;
  const name = `log-limit-${number}`;
  objects.set(`limit ${name}`, { kind: "limit", value: { family, table, name, ...limit } });
  return name;
}

/** Before all that counts packets, and behind what asks for more of the packet: nft adds tests of its own before that. */
function withTest(expr: readonly Json[], family: "ipv4" | "ipv6"): Json[] {
  const test = { match: { op: "==", left: { meta: { key: "nfproto" } }, right: family } };
  const other = expr.findIndex((statement) => soleEntry(statement)?.[0] !== "match");
  const at = other === -1 ? expr.length : other;
  return [...expr.slice(0, at), test, ...expr.slice(at)];
}

/** What a rule keeps a count in by itself, in nft's words. */
function keptIn(expr: readonly Json[]): string[] {
  const kept = expr.flatMap((statement) => {
    const [kind = "", value] = soleEntry(statement) ?? [];
    const isOwn = ["counter", "quota", "ct count", "last"].includes(kind) && typeof value !== "string";
    return [...(isOwn ? [kind] : []), ...(JSON.stringify(statement).includes('"mode":"inc"') ? ["numgen"] : [])];
  });
  return [...new Set(kept)];
}
