import type * as z from "zod";
import { Fault } from "../model/fault.ts";
import { didYouMean } from "../nearest.ts";
import { type Located, type Path, pathText, SCHEMA_REMEDY } from "./positions.ts";

/** Where a value stands, and what to do if it is wrong. */
interface Place {
  readonly located: Located;
  readonly path: Path;
  readonly remedy?: string;
}

/** The value as the schema has it, or a fault for the first thing that is wrong, at its place. */
export function check<T extends z.ZodType>(
  schema: T,
  value: unknown,
  { located, path, remedy = SCHEMA_REMEDY }: Place,
): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;

  const issue = foremost(result.error.issues);
  const at = [...path, ...(issue.path as Path)];
  if (issue.code === "unrecognized_keys") throw unknownKey(schema, issue.keys[0] ?? "", at, { located, path, remedy });
  throw new Fault("bad-input", `${pathText(at) || "the document"}: ${messageOf(issue, value)}`, remedy, {
    where: located.where(at),
  });
}

/** Refuses the one key that a schema's records pass over in silence. */
export function refuseProto(holder: unknown, path: Path, located: Located): void {
  const given = (holder as Readonly<Record<string, unknown>> | null | undefined)?.[String(path.at(-1))];
  if (typeof given !== "object" || given === null || !Object.hasOwn(given, "__proto__")) return;
  throw new Fault("bad-input", `${pathText(path)}: __proto__ is no name`, "leave it out", {
    where: located.where([...path, "__proto__"], true),
  });
}

/** A key that is not known may be the one that is missing, misspelt. */
function foremost(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const first = deepest(issues);
  const isMissing = /received undefined$/.test(first.message);
  const beside = issues.find(({ code, path }) => code === "unrecognized_keys" && path.length < first.path.length);
  return isMissing && beside !== undefined ? beside : first;
}

function messageOf({ message, path }: z.core.$ZodIssue, value: unknown): string {
  // A number with a fraction is read as text: no key has one.
  if (message === "Invalid input: expected number, received string") {
    return `expected a whole number, found ${JSON.stringify(valueAt(value, path as Path))}`;
  }
  const [, expected] = /^Invalid input: (expected .*), received undefined$/.exec(message) ?? [];
  return expected === undefined ? message : `it is missing: ${expected}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((holder, part) => (holder as Readonly<Record<string, unknown>> | undefined)?.[part], value);
}

/** Of a union's alternatives the one that went furthest says most; where none went anywhere, what the union itself says. */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const [issue] = issues as [z.core.$ZodIssue];
  if (issue.code === "invalid_key") return { ...deepest(issue.issues), path: issue.path };
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const inner = issue.errors
    .map((alternative) => deepest(alternative))
    .toSorted((a, b) => b.path.length - a.path.length);
  const [best] = inner as [z.core.$ZodIssue];
  if (best.path.length === 0 && issue.message !== "Invalid input") return issue;
  return { ...best, path: [...issue.path, ...best.path] };
}

function unknownKey(schema: z.ZodType, key: string, path: Path, { located, remedy = SCHEMA_REMEDY }: Place): Fault {
  const known = knownKeys(
    schema,
    path.filter((part) => typeof part === "string"),
  );
  return new Fault(
    "bad-input",
    `${pathText([...path, key])}: there is no such key`,
    `${didYouMean(key, known)}${known.length === 0 ? remedy : `known are ${known.join(", ")}`}`,
    { where: located.where([...path, key], true) },
  );
}

/** The keys that the schema has at the end of the path, as far as it leads through objects. */
function knownKeys(schema: z.ZodType, path: readonly string[]): string[] {
  let current: unknown = schema;
  for (const part of path) current = shapeOf(current)?.[part] ?? current;
  return Object.keys(shapeOf(current) ?? {});
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  let current = schema as { shape?: Record<string, unknown>; unwrap?: () => unknown } | undefined;
  while (current !== undefined && current.shape === undefined && typeof current.unwrap === "function") {
    current = current.unwrap() as typeof current;
  }
  return current?.shape;
}
