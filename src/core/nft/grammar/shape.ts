import { UNSEEN } from "../../model/unseen.ts";
import { isObject } from "../json.ts";

/** Something in a value that nft would not take, or would take for something else. */
export interface Wrong {
  /** Where it stands, from the statement on: `["log", "group"]`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The keys or words that would be right there. */
  readonly known: readonly string[];
  /** A kind, a key or a word that a newer nft may know: nft itself says so where it does not. */
  readonly isUnknownKind: boolean;
}

/** What a value may be: all that is wrong with it, or NOTHING. `depth` is how deep in the statement it stands. */
export type Shape = (value: unknown, depth: number) => readonly Wrong[];

export const NOTHING: readonly Wrong[] = [];

export const NO_SUCH_KEY = "there is no such key";

/** Deeper than any rule; what recurses without end would exhaust the stack. */
export const DEPTH_MAX = 100;

export function wrong(message: string, known: readonly string[] = [], isUnknownKind = false): readonly Wrong[] {
  return [{ path: [], message, known, isUnknownKind }];
}

/** What is wrong below a key or an index. */
export function below(key: string | number, wrongs: readonly Wrong[]): readonly Wrong[] {
  return wrongs.length === 0 ? NOTHING : wrongs.map((one) => ({ ...one, path: [key, ...one.path] }));
}

/** A whole number: what libnftables finds to be a text or a fraction it takes for absent, what is too large it cuts. */
export function whole(min: number, max: number): Shape {
  return (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? NOTHING
      : wrong(`expected a whole number from ${min} to ${max}, found ${found(value)}`);
}

export const yesOrNo: Shape = (value) =>
  typeof value === "boolean" ? NOTHING : wrong(`expected true or false, found ${found(value)}`, ["true", "false"]);

export const nothing: Shape = (value) => (value === null ? NOTHING : wrong(`expected null, found ${found(value)}`));

/** nft has no escape character inside quotes and expands `$name`: what holds one of these is not read back as it was. */
const UNSAYABLE = new RegExp(`["$\\\\${UNSEEN}]`, "u");

/** nft's own spelling of an interface name that ends in a star. */
const ENDS_IN_STAR = /\\\*$/;

export const text: Shape = (value) => {
  if (typeof value !== "string") return wrong(`expected a text, found ${found(value)}`);
  if (value === "") return wrong("must not be empty");
  if (!UNSAYABLE.test(value) || !UNSAYABLE.test(value.replace(ENDS_IN_STAR, ""))) return NOTHING;
  return wrong(
    "must not hold a double quote, a dollar sign, a backslash, a control character or one that cannot be seen",
  );
};

/** A name that nft writes bare: what ends a word or a statement there would begin another one. */
const NAME = new RegExp(`^[^\\s"$\\\\{};,#${UNSEEN}]+$`, "u");

export const name: Shape = (value) => {
  if (typeof value !== "string") return wrong(`expected a name, found ${found(value)}`);
  return NAME.test(value) ? NOTHING : wrong(`must be a name without blanks and signs, found ${found(value)}`);
};

/** A reference to a set, a map or a flowtable. */
export const reference: Shape = (value, depth) => {
  if (typeof value !== "string" || !value.startsWith("@"))
    return wrong(`expected a name behind an @, found ${found(value)}`);
  return name(value.slice(1), depth);
};

/** One of these words and no other in any version. */
export function words(...known: readonly string[]): Shape {
  return wordShape(known, false);
}

/** One of these words, to which a newer nft may add: it refuses others by itself. */
export function openWords(known: readonly string[]): Shape {
  return wordShape(known, true);
}

function wordShape(known: readonly string[], isOpen: boolean): Shape {
  const set = new Set<unknown>(known);
  return (value) => {
    if (set.has(value)) return NOTHING;
    const isWord = typeof value === "string";
    return wrong(`expected ${oneOf(known)}, found ${found(value)}`, known, isOpen && isWord && !UNSAYABLE.test(value));
  };
}

/** One flag, or a list of them: versions of nft differ. */
export function flags(...known: readonly string[]): Shape {
  const one = words(...known);
  const several = listOf(one);
  return (value, depth) => (Array.isArray(value) ? several(value, depth) : one(value, depth));
}

export function listOf(item: Shape, min = 0, max = Number.POSITIVE_INFINITY): Shape {
  return (value, depth) => {
    if (!Array.isArray(value)) return wrong(`expected a list, found ${found(value)}`);
    const isLong = value.length >= min && value.length <= max;
    return isLong ? wrongInItems(item, value, depth) : wrong(`expected ${sizeText(min, max)}, found ${value.length}`);
  };
}

function wrongInItems(item: Shape, values: readonly unknown[], depth: number): readonly Wrong[] {
  const wrongs = values.flatMap((one, index) => below(index, item(one, depth)));
  return wrongs.length === 0 ? NOTHING : wrongs;
}

function sizeText(min: number, max: number): string {
  return `${min === max ? "" : "at least "}${min} in the list`;
}

/** Keys that are wrong only because of others. */
export interface Conflict {
  readonly keys: readonly string[];
  readonly message: string;
  readonly isIn: (value: Readonly<Record<string, unknown>>) => boolean;
}

export interface Members {
  readonly needs?: Readonly<Record<string, Shape>>;
  readonly may?: Readonly<Record<string, Shape>>;
  readonly conflicts?: readonly Conflict[];
}

/** An object with these keys: libnftables passes over any other in silence. */
export function record({ needs = {}, may = {}, conflicts = [] }: Members): Shape {
  const shapes = new Map(Object.entries({ ...needs, ...may }));
  const needed = Object.keys(needs);
  const known = [...shapes.keys()];
  return (value, depth) => {
    if (!isObject(value)) return wrong(`expected an object, found ${found(value)}`, known);
    const wrongs: Wrong[] = [];
    for (const key of Object.keys(value)) wrongs.push(...below(key, wrongInMember(shapes, known, value, key, depth)));
    // A key that is missing and one too many are most often one that is misspelt.
    if (wrongs.length === 0) wrongs.push(...missing(needed, value), ...conflictsIn(conflicts, value));
    return wrongs.length === 0 ? NOTHING : wrongs;
  };
}

function wrongInMember(
  shapes: ReadonlyMap<string, Shape>,
  known: readonly string[],
  value: Readonly<Record<string, unknown>>,
  key: string,
  depth: number,
): readonly Wrong[] {
  const shape = shapes.get(key);
  return shape === undefined ? wrong(NO_SUCH_KEY, known) : shape(value[key], depth);
}

function missing(needed: readonly string[], value: object): Wrong[] {
  const absent = needed.filter((key) => !Object.hasOwn(value, key));
  return absent.flatMap((key) => wrong(`needs the key ${key}`, [key]));
}

function conflictsIn(conflicts: readonly Conflict[], value: Readonly<Record<string, unknown>>): Wrong[] {
  return conflicts
    .filter(({ isIn }) => isIn(value))
    .flatMap(({ keys, message }) =>
      keys.filter((key) => Object.hasOwn(value, key)).flatMap((key) => below(key, wrong(message))),
    );
}

/** An object whose one key says what it is. Where nft has no JSON for a kind, it lists its text. */
export function soleKey(what: string, kinds: ReadonlyMap<string, Shape>): Shape {
  const known = [...kinds.keys()];
  return (value, depth) => {
    if (!isObject(value)) return wrong(`expected ${what}, found ${found(value)}`, known, typeof value === "string");
    if (depth > DEPTH_MAX) return wrong("is nested too deep");
    const keys = Object.keys(value);
    const [kind] = keys;
    if (kind === undefined || keys.length > 1)
      return wrong(`expected ${what}, an object with one key, found ${keys.length} keys`, known);
    const shape = kinds.get(kind);
    if (shape === undefined) return below(kind, wrong(`is no ${what.replace(/^an? /, "")}`, known, true));
    return below(kind, shape(value[kind], depth + 1));
  };
}

/** Null, or an object of this shape. */
export function orNull(shape: Shape): Shape {
  return (value, depth) => (value === null ? NOTHING : shape(value, depth));
}

/** A value in a few words. */
function found(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "an object" : String(value);
}

function oneOf(known: readonly string[]): string {
  return known.length === 1
    ? `"${known[0]}"`
    : `one of ${known.slice(0, 12).join(", ")}${known.length > 12 ? ", ..." : ""}`;
}
