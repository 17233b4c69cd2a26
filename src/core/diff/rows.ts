import type { JsonObject } from "../nft/json.ts";

/** A rule and its place in its chain, from 1. */
export interface Placed {
  readonly rule: JsonObject;
  readonly position: number;
  /** `FAMILY TABLE CHAIN`. */
  readonly chain: string;
}

/** A rule in one ruleset or in both; with both, it is the same rule, moved or edited or neither. */
export interface Row {
  readonly a: Placed | undefined;
  readonly b: Placed | undefined;
  readonly isMoved: boolean;
  readonly isEdited: boolean;
}

/** The rows in b's order, with those of a put in before what stands in their place. */
export function merge(gone: readonly (Row & { a: Placed })[], lengthB: number, ofB: ReadonlyMap<number, Row>): Row[] {
  const rows = Array.from({ length: lengthB }, (_, at) => ofB.get(at) as Row);
  // For each place, where in a the next row stands that both have in the same order.
  const limits: number[] = new Array(lengthB);
  let limit = Number.POSITIVE_INFINITY;
  for (let at = lengthB - 1; at >= 0; at -= 1) {
    const { a, isMoved } = rows[at] as Row;
    if (a !== undefined && !isMoved) limit = a.position;
    limits[at] = limit;
  }
  let next = 0;
  const merged: Row[] = [];
  for (const [at, row] of rows.entries()) {
    for (; next < gone.length && (gone[next] as Row & { a: Placed }).a.position < (limits[at] as number); next += 1)
      merged.push(gone[next] as Row);
    merged.push(row);
  }
  return [...merged, ...gone.slice(next)];
}
