import { parseAddress, textOf } from "../../intent/addresses.ts";

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const LENGTH_MAX = 253;

/**
 * A host name in lower case, without the point at its end; undefined for what is none (RFC 1123 section 2.1, and the
 * underscore that is in use) and for what looks like an address. Names come from strangers.
 */
export function hostName(text: string): string | undefined {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  if (name.length > LENGTH_MAX) return undefined;
  const labels = name.toLowerCase().split(".");
  const isName = labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "");
  return isName ? labels.join(".") : undefined;
}

/** An address as events spell it; undefined for any other text. */
export function addressKey(text: string): string | undefined {
  if (/[/-]/.test(text)) return undefined;
  const version = text.includes(":") ? 6 : 4;
  const span = parseAddress(text, version);
  return span && textOf(span.first, version);
}
