import type { JsonObject } from "../nft/json.ts";
import { printable } from "../printable.ts";
import type { ChainComparison, Pair, TableComparison } from "./compare.ts";
import type { Placed, Row } from "./rows.ts";
import { lineOf, linesOf } from "./words.ts";

/** One thing that differs between two rulesets, in nft's words. */
export interface Change {
  readonly what: "added" | "removed" | "edited" | "moved" | "moved and edited";
  /** table, chain, rule, set, map, limit, ... or a setting of the intent: default-log, all-netns. */
  readonly kind: string;
  /** The table, and the chain of a rule. */
  readonly path: string;
  /** The object's name; of a rule its comment, or nothing. */
  readonly name: string;
  /** The rule's place in its chain, from 1, and the chain that it came from where that is another. */
  readonly from?: number;
  readonly to?: number;
  readonly fromPath?: string;
  readonly before?: string;
  readonly after?: string;
}

/** A setting of an intent that is no rule. */
export interface Setting {
  readonly kind: "default-log" | "all-netns";
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** How two rulesets differ. */
export interface Comparison {
  readonly settings: readonly Setting[];
  readonly tables: readonly TableComparison[];
}

/** A change of which only the kind is known: it is put into words, which takes long for many, where that is asked for. */
interface Untold {
  readonly what: Change["what"];
  readonly tell: () => Omit<Change, "what">;
}

/** All that differs, one after the other in the order of the rulesets. */
export function changesOf(comparison: Comparison): Change[] {
  return untoldChangesOf(comparison).map(({ what, tell }) => spellOut({ what, ...tell() }));
}

/** The same, not yet put into words. */
export function untoldChangesOf({ settings, tables }: Comparison): Untold[] {
  return [...settings.map(ofSetting), ...tables.flatMap(ofTable)];
}

/** A name that JSON gave can hold anything: what acts upon a terminal or ends a line is spelt out. */
function spellOut(change: Change): Change {
  const { path, name, fromPath } = change;
  const from = fromPath === undefined ? {} : { fromPath: printable(fromPath) };
  return { ...change, path: printable(path), name: printable(name), ...from };
}

function ofSetting({ kind, name, before, after }: Setting): Untold {
  const tell = () => ({ kind, path: "", name, ...given("before", before), ...given("after", after) });
  return { what: whatOf(before, after), tell };
}

function ofTable({ head, objects, chains }: TableComparison): Untold[] {
  return [
    ...ofPair({ ...head, name: "" }, head.name),
    ...objects.flatMap((pair) => ofPair(pair, head.name)),
    ...chains.flatMap((chain) => ofChain(chain, head.name)),
  ];
}

function ofChain({ head, rows }: ChainComparison, table: string): Untold[] {
  return [...ofPair(head, table), ...rows.flatMap(ofRow)];
}

function ofPair({ kind, name, a, b, isSame }: Pair, path: string): Untold[] {
  if (isSame) return [];
  const tell = () => {
    const [before, after] = [a, b].map((object) => (object === undefined ? undefined : textOf(kind, object)));
    return { kind, path, name, ...given("before", before), ...given("after", after) };
  };
  return [{ what: whatOf(a, b), tell }];
}

function textOf(kind: string, object: JsonObject): string {
  return linesOf(kind, object)
    .map((line) => line.trim())
    .join(" ");
}

/** A moved rule is told where it has come to, once. */
function ofRow(row: Row): Untold[] {
  const { a, b, isMoved, isEdited } = row;
  if (isMoved && b === undefined) return [];
  if (a !== undefined && b !== undefined && !isMoved && !isEdited) return [];
  const what = isMoved ? (isEdited ? "moved and edited" : "moved") : whatOf(a, b);
  const tell = () => ({ kind: "rule", path: (b ?? a)?.chain ?? "", name: nameOf(b ?? a), ...placesOf(a, b) });
  return [{ what, tell }];
}

function placesOf(a: Placed | undefined, b: Placed | undefined): Partial<Change> {
  return {
    ...(a === undefined ? {} : { from: a.position, before: lineOf(a.rule) }),
    ...(b === undefined ? {} : { to: b.position, after: lineOf(b.rule) }),
    ...(a === undefined || b === undefined || a.chain === b.chain ? {} : { fromPath: a.chain }),
  };
}

function nameOf(placed: Placed | undefined): string {
  const comment = placed?.rule["comment"];
  return typeof comment === "string" ? comment : "";
}

function whatOf(before: unknown, after: unknown): "added" | "removed" | "edited" {
  if (before === undefined) return "added";
  return after === undefined ? "removed" : "edited";
}

function given(key: string, value: string | undefined): object {
  return value === undefined ? {} : { [key]: value };
}

/** `2 added, 1 moved`, or "no difference". */
export function countText(changes: readonly Pick<Change, "what">[]): string {
  const counts = new Map<string, number>();
  for (const { what } of changes) counts.set(what, (counts.get(what) ?? 0) + 1);
  const parts = ["added", "removed", "edited", "moved", "moved and edited"].flatMap((what) => {
    const count = counts.get(what);
    return count === undefined ? [] : [`${count} ${what}`];
  });
  return parts.join(", ") || "no difference";
}
