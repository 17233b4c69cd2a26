import type { NetlogEvent } from "../event.ts";
import type { ValueTest } from "./values.ts";

export type Predicate = (event: NetlogEvent) => boolean;

type Path = readonly string[];

/** True if something stands at one of the places; an empty list is nothing. */
export function hasAny(paths: readonly Path[]): Predicate {
  return (event) => paths.some((path) => reach(event, path, 0, () => true));
}

/** True if a value at one of the places passes; with `isNegated` if there are values and none passes. */
export function testField(paths: readonly Path[], test: ValueTest, isNegated: boolean): Predicate {
  const [path, ...more] = paths;
  const passes: Predicate =
    path !== undefined && more.length === 0
      ? (event) => reach(event, path, 0, test)
      : (event) => paths.some((each) => reach(event, each, 0, test));
  if (!isNegated) return passes;
  const isThere = hasAny(paths);
  return (event) => isThere(event) && !passes(event);
}

/** Whether a value at the path passes; on its way it goes through each element of a list. */
function reach(value: unknown, path: Path, at: number, test: ValueTest): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.some((element) => reach(element, path, at, test));
  const key = path[at];
  if (key === undefined) return test(value);
  return typeof value === "object" && reach((value as Record<string, unknown>)[key], path, at + 1, test);
}
