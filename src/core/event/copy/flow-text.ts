import { printable } from "../../printable.ts";

/** What YAML writes on one line. */
export type Flow = string | number | readonly Flow[] | { readonly [key: string]: Flow };

/** A value in YAML's flow style. Whatever a text holds, it is one line that a terminal only shows. */
export function flowText(value: Flow): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return isPlain(value) ? value : printable(JSON.stringify(value));
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${key}: ${flowText(inner as Flow)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** Words that YAML reads as something else than a text. */
const TAKEN = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const ADDRESS = /^(?:\d{1,3}\.){3}\d{1,3}$/;

/** What YAML takes for a text without quotes, and a person for one at once. */
function isPlain(text: string): boolean {
  return ADDRESS.test(text) || (/^[a-z][a-z0-9]*(?:[-. ][a-z0-9]+)*$/.test(text) && !TAKEN.test(text));
}
