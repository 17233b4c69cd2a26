import type { Comparer } from "../diff/compare.ts";
import { isObject, type Json, type JsonObject } from "../nft/json.ts";
import type { Chain, Table } from "../nft/ruleset.ts";
import { type ChainEdit, type Command, Counters, editChain, fillChain } from "./edit-chain.ts";
import { editElements } from "./edit-elements.ts";
import { forgets } from "./scope.ts";

/** The commands of a transaction, in the order in which they have to come. */
export interface Phases {
  /** Rules that go, before what they name. */
  readonly deletions: Command[];
  /** Elements, chains, objects and tables that go. */
  readonly removals: Command[];
  /** Tables, chains, objects and elements that come, before the rules that name them. */
  readonly makings: Command[];
  /** Rules that are replaced where they stand. */
  readonly replacements: Command[];
  /** Rules that come. */
  readonly puts: Command[];
}

/** What leads from one table of ours to another; undefined is none. */
export function editTable(
  found: Table | undefined,
  wanted: Table | undefined,
  comparer: Comparer,
  phases: Phases,
): void {
  if (found === undefined && wanted === undefined) return;
  if (wanted === undefined)
    phases.removals.push(deletion("table", { family: (found as Table).family, name: (found as Table).name }));
  else if (found === undefined) makeTable(wanted, phases, new Counters());
  else changeTable(found, wanted, comparer, phases);
}

function makeTable(table: Table, { makings, puts }: Phases, counters: Counters): void {
  makings.push({ add: { table: table.head ?? { family: table.family, name: table.name } } });
  for (const { head } of table.chains.values()) if (head !== undefined) makings.push({ add: { chain: head } });
  for (const { kind, value } of inOrder(table)) makings.push({ add: { [kind]: value } });
  for (const { rules } of table.chains.values()) append(puts, fillChain(rules, counters));
}

/** What maps and sets name comes before them. */
function inOrder({ objects }: Table): { kind: string; value: JsonObject }[] {
  const isList = ({ kind }: { kind: string }): boolean => kind === "set" || kind === "map";
  const all = [...objects.values()];
  return [...all.filter((object) => !isList(object)), ...all.filter(isList)];
}

function changeTable(found: Table, wanted: Table, comparer: Comparer, phases: Phases): void {
  const edit = objectsEdit(found, wanted, comparer);
  if (edit.outgoing.size > 0 && isTangled(found)) {
    replaceTable(found, wanted, phases);
    return;
  }
  if (!comparer.isSame("table", found.head ?? {}, wanted.head ?? {})) {
    phases.makings.push({ add: { table: wanted.head ?? {} } });
  }
  append(phases.removals, edit.removals);
  append(phases.makings, edit.makings);
  changeChains(found, wanted, edit.outgoing, phases);
}

function changeChains(found: Table, wanted: Table, outgoing: ReadonlySet<string>, phases: Phases): void {
  const counters = new Counters();
  const namesOne = (rule: JsonObject): boolean => outgoing.size > 0 && names(rule["expr"] ?? null, outgoing);
  for (const name of keysOf(found.chains, wanted.chains)) {
    const mustGo = outgoing.has(referenceTo("chain", name)) ? () => true : namesOne;
    const rules = found.chains.get(name)?.rules ?? [];
    const wantedRules = wanted.chains.get(name)?.rules ?? [];
    const edit = editChain(rules, wantedRules, { isForeign: () => false, mustGo, counters });
    appendEdit(phases, edit);
  }
}

/** The commands of a chain, each in its phase. */
export function appendEdit(phases: Phases, edit: ChainEdit): void {
  append(phases.deletions, edit.deletions);
  append(phases.replacements, edit.replacements);
  append(phases.puts, edit.puts);
}

/** Unlike push(...more) for lists of any length. */
function append(list: Command[], more: readonly Command[]): void {
  for (const command of more) list.push(command);
}

/** The whole table anew: where what goes may be named by more than rules. */
function replaceTable(found: Table, wanted: Table, phases: Phases): void {
  const counters = new Counters();
  for (const { rules } of found.chains.values()) for (const rule of rules) counters.keep(rule);
  phases.removals.push(deletion("table", { family: found.family, name: found.name }));
  makeTable(wanted, phases, counters);
}

interface ObjectsEdit {
  readonly removals: Command[];
  readonly makings: Command[];
  /** Chains and objects that go, for good or to be made anew, as rules name them. */
  readonly outgoing: Set<string>;
}

function objectsEdit(found: Table, wanted: Table, comparer: Comparer): ObjectsEdit {
  const edit: ObjectsEdit = { removals: [], makings: [], outgoing: new Set() };
  for (const name of keysOf(found.chains, wanted.chains)) {
    editHead(found.chains.get(name), wanted.chains.get(name), comparer, edit);
  }
  for (const key of keysOf(found.objects, wanted.objects)) {
    const [one, other] = [found.objects.get(key), wanted.objects.get(key)];
    const kind = one?.kind ?? other?.kind ?? "";
    editObject(kind, one?.value, other?.value, comparer, edit);
  }
  return edit;
}

/** Hook, type and priority of a chain cannot be changed where it stands (the kernel answers EOPNOTSUPP); its policy can. */
function editHead(found: Chain | undefined, wanted: Chain | undefined, comparer: Comparer, edit: ObjectsEdit): void {
  const [a, b] = [found?.head, wanted?.head];
  if (a !== undefined && b !== undefined) {
    const { policy: before, ...rest } = a;
    const { policy: after, ...wantedRest } = b;
    if (comparer.isSame("chain", rest, wantedRest)) {
      if (before !== after) edit.makings.push({ add: { chain: b } });
      return;
    }
  }
  if (a !== undefined) remove("chain", a, edit);
  if (b !== undefined) edit.makings.push({ add: { chain: b } });
}

function editObject(
  kind: string,
  found: JsonObject | undefined,
  wanted: JsonObject | undefined,
  comparer: Comparer,
  edit: ObjectsEdit,
): void {
  if (found !== undefined && wanted !== undefined) {
    const { elem: before = [], ...foundHead } = found;
    const { elem: after = [], ...wantedHead } = wanted;
    if (comparer.isSame(kind, foundHead, wantedHead)) {
      if (!forgets(found)) editElements(kind, wantedHead, [before, after], edit);
      return;
    }
  }
  if (found !== undefined) remove(kind, found, edit);
  if (wanted !== undefined) edit.makings.push({ add: { [kind]: wanted } });
}

function remove(kind: string, value: JsonObject, edit: ObjectsEdit): void {
  edit.removals.push(deletion(kind, value));
  edit.outgoing.add(referenceTo(kind, String(value["name"])));
}

function deletion(kind: string, { family = null, table, name = null }: JsonObject): Command {
  return { delete: { [kind]: { family, ...(table === undefined ? {} : { table }), name } } };
}

/** Whether more than rules may name chains and objects: maps, and kinds whose use is not in a rule's text. */
function isTangled({ objects }: Table): boolean {
  return [...objects.values()].some(({ kind }) => !["set", "limit", "counter", "quota"].includes(kind));
}

/** Sets and maps stand behind an @, chains as the target of a jump, all else under its kind. */
function referenceTo(kind: string, name: string): string {
  if (kind === "set" || kind === "map") return `@${name}`;
  return `${kind === "chain" ? "target" : kind} ${name}`;
}

/** Whether what stands under this key in a rule names one of these. */
function names(value: Json, outgoing: ReadonlySet<string>, key = ""): boolean {
  if (typeof value === "string") return outgoing.has(value.startsWith("@") ? value : `${key} ${value}`);
  if (Array.isArray(value)) return value.some((item) => names(item, outgoing, key));
  return isObject(value) && Object.entries(value).some(([member, item]) => names(item, outgoing, member));
}

function keysOf(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])];
}
