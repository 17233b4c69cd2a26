import type { JsonObject } from "../nft/json.ts";
import type { Chain, Ruleset, Table } from "../nft/ruleset.ts";
import { align } from "./align.ts";
import { alignRules } from "./align-rules.ts";
import { blindSpots, isTypeUntold, withoutBlindSpots } from "./blind-spots.ts";
import { canonical } from "./canonical.ts";
import { meterName } from "./respell.ts";
import { merge, type Placed, type Row } from "./rows.ts";
import { keyOfRule, statementsOf } from "./rule-item.ts";

/** An object in one ruleset or in both. */
export interface Pair {
  /** table, chain, set, limit, ... */
  readonly kind: string;
  readonly name: string;
  readonly a: JsonObject | undefined;
  readonly b: JsonObject | undefined;
  readonly isSame: boolean;
}

export interface ChainComparison {
  readonly head: Pair;
  /** In b's order; what only a has stands where it stood. A rule that moved away has a row of its own there, without b. */
  readonly rows: readonly Row[];
}

export interface TableComparison {
  readonly head: Pair;
  readonly objects: readonly Pair[];
  readonly chains: readonly ChainComparison[];
}

/** Compares two rulesets by meaning: blind to handles, counters, expiry, order of sets, spelling and version. */
export function compareRulesets(a: Ruleset, b: Ruleset): TableComparison[] {
  const compare = new Comparer([a.version, b.version]);
  const tables = keysOf(a.tables, b.tables).map((key) => compare.table(key, a.tables.get(key), b.tables.get(key)));
  const others = compare.others(a.others, b.others);
  return joinMovedAcross(others === undefined ? tables : [...tables, others], (rule) => compare.key("rule", rule));
}

/** Whether nothing differs. */
export function isAllSame(tables: readonly TableComparison[]): boolean {
  const isSame = ({ a, b, isMoved, isEdited }: Row): boolean =>
    a !== undefined && b !== undefined && !isMoved && !isEdited;
  return tables.every(
    ({ head, objects, chains }) =>
      head.isSame &&
      objects.every((pair) => pair.isSame) &&
      chains.every((chain) => chain.head.isSame && chain.rows.every(isSame)),
  );
}

/** What two chains say under these keys, those of a first. */
function keysOf(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])];
}

/** Compares what two listings say, blind to what the older of both cannot tell. */
export class Comparer {
  readonly #spots: ReturnType<typeof blindSpots>;

  constructor(versions: readonly (string | undefined)[]) {
    this.#spots = blindSpots(versions);
  }

  #canonical(kind: string, object: JsonObject): string {
    return canonical(withoutBlindSpots(kind, object, this.#spots));
  }

  key(kind: string, object: JsonObject): string {
    return kind === "rule" ? keyOfRule(object) : this.#canonical(kind, object);
  }

  table(key: string, a: Table | undefined, b: Table | undefined): TableComparison {
    const meters = { a: metersIn(a), b: metersIn(b) };
    const objects = keysOf(a?.objects ?? new Map(), b?.objects ?? new Map()).map((name) => {
      const [one, other] = [a?.objects.get(name), b?.objects.get(name)];
      const kind = one?.kind ?? other?.kind ?? "";
      const pair = this.pair(kind, name.slice(kind.length + 1), one?.value, other?.value);
      const isMeter =
        (one === undefined && meters.a().has(pair.name)) || (other === undefined && meters.b().has(pair.name));
      return isMeter ? { ...pair, isSame: true } : pair;
    });
    const chains = keysOf(a?.chains ?? new Map(), b?.chains ?? new Map()).map((name) =>
      this.chain(`${key} ${name}`, name, a?.chains.get(name), b?.chains.get(name)),
    );
    return { head: this.pair("table", key, a?.head, b?.head), objects, chains };
  }

  pair(kind: string, name: string, a: JsonObject | undefined, b: JsonObject | undefined): Pair {
    return { kind, name, a, b, isSame: a === b || (a !== undefined && b !== undefined && this.isSame(kind, a, b)) };
  }

  isSame(kind: string, a: JsonObject, b: JsonObject): boolean {
    if (!isTypeUntold(a, b, this.#spots)) return this.key(kind, a) === this.key(kind, b);
    const { type: _one, ...restA } = a;
    const { type: _other, ...restB } = b;
    return this.key(kind, restA) === this.key(kind, restB);
  }

  chain(path: string, name: string, a: Chain | undefined, b: Chain | undefined): ChainComparison {
    const head = this.pair("chain", name, a?.head, b?.head);
    return { head, rows: this.rows(path, a?.rules ?? [], b?.rules ?? []) };
  }

  rows(path: string, a: readonly JsonObject[], b: readonly JsonObject[]): Row[] {
    const alignment = alignRules(a, b);
    const placed = (rules: readonly JsonObject[], at: number): Placed => ({
      rule: rules[at] as JsonObject,
      position: at + 1,
      chain: path,
    });
    const ofB = new Map<number, Row>();
    for (const [matches, isMoved] of [[alignment.kept, false] as const, [alignment.moved, true] as const]) {
      for (const match of matches) {
        const row = { a: placed(a, match.a), b: placed(b, match.b), isMoved, isEdited: match.isEdited };
        ofB.set(match.b, row);
      }
    }
    for (const at of alignment.added) ofB.set(at, { a: undefined, b: placed(b, at), isMoved: false, isEdited: false });
    const gone = [
      ...alignment.removed.map((at) => ({ a: placed(a, at), b: undefined, isMoved: false, isEdited: false })),
      ...alignment.moved.map((match) => ({
        a: placed(a, match.a),
        b: undefined,
        isMoved: true,
        isEdited: match.isEdited,
      })),
    ].toSorted((one, other) => one.a.position - other.a.position);
    return merge(gone, b.length, ofB);
  }

  others(a: readonly JsonObject[], b: readonly JsonObject[]): TableComparison | undefined {
    if (a.length + b.length === 0) return undefined;
    const { removed, added } = align(
      a.map((object) => ({ key: canonical(object), marks: [], parts: [] })),
      b.map((object) => ({ key: canonical(object), marks: [], parts: [] })),
    );
    const lone = (object: JsonObject | undefined, isA: boolean): Pair => {
      const [kind = "object"] = Object.keys(object ?? {});
      return { kind, name: "", a: isA ? object : undefined, b: isA ? undefined : object, isSame: false };
    };
    const objects = [...removed.map((at) => lone(a[at], true)), ...added.map((at) => lone(b[at], false))];
    return { head: { kind: "table", name: "", a: undefined, b: undefined, isSame: true }, objects, chains: [] };
  }
}

/** The sets of meters, which nft before 1.1 does not list as sets: looked for when one may be. */
function metersIn(table: Table | undefined): () => ReadonlySet<string> {
  let found: ReadonlySet<string> | undefined;
  const find = (): ReadonlySet<string> => {
    const rules = [...(table?.chains.values() ?? [])].flatMap((chain) => chain.rules);
    return new Set(rules.flatMap((rule) => statementsOf(rule).flatMap((statement) => meterName(statement) ?? [])));
  };
  return () => (found ??= find());
}

/** A rule that one chain lost and another has got has moved there. */
function joinMovedAcross(tables: readonly TableComparison[], keyOf: (rule: JsonObject) => string): TableComparison[] {
  const lost = new Map<string, Placed[]>();
  for (const row of rowsOf(tables)) {
    if (row.a === undefined || row.b !== undefined || row.isMoved) continue;
    const key = keyOf(row.a.rule);
    const places = lost.get(key);
    if (places === undefined) lost.set(key, [row.a]);
    else places.push(row.a);
  }
  if (lost.size === 0) return [...tables];

  const arrived = new Set<Placed>();
  const join = (row: Row): Row => {
    if (row.b === undefined || row.a !== undefined) return row;
    const from = lost.get(keyOf(row.b.rule))?.shift();
    if (from === undefined) return row;
    arrived.add(from);
    return { ...row, a: from, isMoved: true };
  };
  const joined = tables.map((table) => ({
    ...table,
    chains: table.chains.map((chain) => ({ ...chain, rows: chain.rows.map(join) })),
  }));
  const mark = (row: Row): Row =>
    row.b === undefined && row.a && arrived.has(row.a) ? { ...row, isMoved: true } : row;
  return joined.map((table) => ({
    ...table,
    chains: table.chains.map((chain) => ({ ...chain, rows: chain.rows.map(mark) })),
  }));
}

function rowsOf(tables: readonly TableComparison[]): Row[] {
  return tables.flatMap(({ chains }) => chains.flatMap(({ rows }) => [...rows]));
}
