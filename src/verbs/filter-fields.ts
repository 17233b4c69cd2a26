import type { WhereField } from "../core/event/where/fields.ts";

/** The fields that a filter of events can name, as a person would look them up. */
export interface FilterField {
  readonly name: string;
  /** "number from 0 to 65535", "address", "input | forward | ...". */
  readonly type: string;
  readonly aliases: readonly string[];
  readonly about: string;
}

export async function listFilterFields(): Promise<FilterField[]> {
  const { WHERE_FIELDS } = await import("../core/event/where/fields.ts");
  return WHERE_FIELDS.map(({ name, type, aliases, about = "" }) => ({ name, type: typeText(type), aliases, about }));
}

function typeText(type: WhereField["type"]): string {
  if (type.kind === "words") return type.words.join(" | ");
  return type.kind === "number" ? `${type.min} to ${type.max}` : type.kind;
}
