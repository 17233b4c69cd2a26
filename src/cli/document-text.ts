import { stringify } from "yaml";
import { printable } from "./printable.ts";

/** A document on lines: JSON with a command on each, or YAML. */
export function renderDocument({ nftables }: { readonly nftables: readonly unknown[] }, form: string): string {
  if (form === "yaml") return stringify({ nftables }, { lineWidth: 0 }).trimEnd();
  const lines = nftables.map((command) => `  ${printable(JSON.stringify(command))}`);
  return `{ "nftables": [\n${lines.join(",\n")}\n] }`;
}
