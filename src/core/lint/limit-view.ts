import { isObject, type Json } from "../nft/json.ts";
import type { Table } from "../nft/ruleset.ts";
import { type Statement, statementOf } from "./rule-view.ts";

/** under: passes what is within a rate or a quota; over: passes what is beyond. */
export type LimitKind = "under" | "over";

/** What a statement limits, if it does: a limit, a quota, or a set or meter that has one for each element. */
export function limitKindOf({ kind, value }: Statement, table: Table): LimitKind | undefined {
  switch (kind) {
    case "limit":
    case "quota":
      return isOver(kind, value, table) ? "over" : "under";
    case "set":
    case "map":
    case "meter":
      return limitOfElements(value, table);
    case "match":
      return limitOfMatch(value, table);
    default:
      return undefined;
  }
}

/** A limit in the rule or by name. One that is not in the file, or chosen by a map, is taken for an ordinary one. */
function isOver(kind: string, value: Json, { objects }: Table): boolean {
  const fields = typeof value === "string" ? objects.get(`${kind} ${value}`)?.value : value;
  return isObject(fields) && fields["inv"] === true;
}

/** What is carried out for each element: in the statement, in the element, or in what declares the set. */
function limitOfElements(value: Json, table: Table): LimitKind | undefined {
  if (!isObject(value)) return undefined;
  const { stmt = [], elem, set, map } = value;
  const inElement = isObject(elem) && isObject(elem["elem"]) ? Object.entries(elem["elem"]) : [];
  return firstLimit(
    [
      ...[stmt].flat().map((json) => statementOf(json as Json)),
      ...inElement.map(([kind, inner]) => ({ kind, value: inner })),
      ...declared(set ?? map, table),
    ],
    table,
  );
}

/** A lookup in a set whose elements have limits, or one packet of many picked by a number generator. */
function limitOfMatch(value: Json, table: Table): LimitKind | undefined {
  if (!isObject(value)) return undefined;
  const { left, right } = value;
  if (isObject(left) && isObject(left["numgen"])) return "under";
  return firstLimit(declared(right, table), table);
}

/** The statements that a named set carries out for each element. */
function declared(reference: Json | undefined, { objects }: Table): Statement[] {
  if (typeof reference !== "string" || !reference.startsWith("@")) return [];
  const name = reference.slice(1);
  const found = objects.get(`set ${name}`) ?? objects.get(`map ${name}`);
  return [found?.value["stmt"] ?? []].flat().map((json) => statementOf(json as Json));
}

function firstLimit(statements: readonly Statement[], table: Table): LimitKind | undefined {
  const own = statements.filter(({ kind }) => kind === "limit" || kind === "quota");
  const kinds = own.map((statement) => limitKindOf(statement, table));
  return kinds.includes("under") ? "under" : kinds[0];
}
