/** A JSON object from outside: nothing is known of its values. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object that a line of NDJSON holds; undefined if it holds none. */
export function fieldsOfLine(line: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The value as an object with keys; undefined if it is none. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The objects of an array; what is no object is left out. */
export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf).filter((item) => item !== undefined) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The text unless it is empty, as formats write what they do not know. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A whole number from 0 to a greatest one. */
export function numberOf(value: unknown, most: number): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most ? value + 0 : undefined;
}

export const U8 = 0xff;
export const U16 = 0xffff;
export const U32 = 0xffff_ffff;
