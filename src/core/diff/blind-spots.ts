import { isObject, type JsonObject } from "../nft/json.ts";

/** Since which nft a listing in JSON tells something at all; an older one is silent about it. */
const TOLD_SINCE = {
  comment: [1, 0, 8], // of tables and chains
  dynamic: [1, 0, 9], // the flag of sets
  dev: [1, 1, 0], // of chains at a device
  typeof: [1, 1, 2],
  "auto-merge": [1, 1, 0], // of sets
  flags: [1, 0, 7], // of tables: 1.0.6 lists other words than were given
} as const;
type Subject = keyof typeof TOLD_SINCE;

/**
 * What one of two listings cannot tell: it is left out of both. Documents that no nft listed tell all, but for the flag
 * that nft itself gives a set that rules add to.
 */
export function blindSpots(versions: readonly (string | undefined)[]): ReadonlySet<Subject> {
  const subjects = Object.keys(TOLD_SINCE) as Subject[];
  return new Set(
    subjects.filter((subject) =>
      versions.some((version) =>
        version === undefined ? subject === "dynamic" : isBefore(version, TOLD_SINCE[subject]),
      ),
    ),
  );
}

function isBefore(version: string, since: readonly number[]): boolean {
  const numbers = version.split(".").map(Number);
  for (const [index, number] of since.entries()) {
    const own = numbers[index] ?? 0;
    if (own !== number) return own < number;
  }
  return false;
}

/** The object without what falls into a blind spot. */
export function withoutBlindSpots(kind: string, object: JsonObject, spots: ReadonlySet<Subject>): JsonObject {
  if (kind === "set" || kind === "map") return setWithoutBlindSpots(object, spots);
  const members =
    kind === "table" ? (["comment", "flags"] as const) : kind === "chain" ? (["comment", "dev"] as const) : [];
  return members.reduce((rest, member) => (spots.has(member) ? without(rest, member) : rest), object);
}

function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _left, ...rest } = object;
  return rest;
}

function setWithoutBlindSpots({ flags, map, ...rest }: JsonObject, spots: ReadonlySet<Subject>): JsonObject {
  const told = Array.isArray(flags) && spots.has("dynamic") ? flags.filter((flag) => flag !== "dynamic") : flags;
  const hasFlags = told !== undefined && !(Array.isArray(told) && told.length === 0);
  return {
    ...(spots.has("auto-merge") ? without(rest, "auto-merge") : rest),
    // nft before 1.1 lists a concatenation as one word.
    ...(map === undefined ? {} : { map: Array.isArray(map) ? map.join(" . ") : map }),
    ...(hasFlags ? { flags: told } : {}),
  };
}

/** Whether one of both says `typeof` where the other, by an nft that cannot, has only the type that comes of it. */
export function isTypeUntold(a: JsonObject, b: JsonObject, spots: ReadonlySet<Subject>): boolean {
  return spots.has("typeof") && isObject(a["type"]) !== isObject(b["type"]);
}
