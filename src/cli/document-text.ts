import { stringify } from "yaml";
import { printable } from "./printable.ts";

/** A document on lines: JSON with a command on each, or YAML. */
export function renderDocument({ nftables }: { readonly nftables: readonly unknown[] }, form: string): string {
  if (form === "yaml") {
    // In double quotes what is spelt out means the same as what it stands for.
    const options = { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;
    return stringify({ nftables }, options).trimEnd().split("\n").map(printable).join("\n");
  }
  const lines = nftables.map((command) => `  ${printable(JSON.stringify(command))}`);
  return `{ "nftables": [\n${lines.join(",\n")}\n] }`;
}
