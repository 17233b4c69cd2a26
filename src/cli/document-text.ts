import { dump } from "js-yaml";
import type { NftDocument } from "../core/intent/document.ts";
import { documentText } from "../core/intent/document-text.ts";
import { rulesetText } from "../core/nft/text/ruleset.ts";
import type { Converted } from "../verbs/convert.ts";
import { printable, printableLines } from "./printable.ts";

/** A document on lines: JSON with a command on each, or YAML. */
export function renderDocument({ nftables }: { readonly nftables: readonly unknown[] }, form: string): string {
  if (form === "yaml") {
    // In double quotes what is spelt out means the same as what it stands for.
    return printableLines(dump({ nftables }, { lineWidth: -1, quoteStyle: "double", forceQuotes: true, noRefs: true }));
  }
  if (form === "nft") return printableLines(documentText({ nftables } as NftDocument));
  const lines = nftables.map((command) => `  ${printable(JSON.stringify(command))}`);
  return `{ "nftables": [\n${lines.join(",\n")}\n] }`;
}

/** A section of an intent. */
export function sectionText(section: object): string {
  return dump(section, { lineWidth: -1, quoteStyle: "double", noRefs: true });
}

/** A ruleset in the form that it was converted to. */
export function renderConverted({ form, nftables }: Converted): string {
  return form === "nft" ? printableLines(rulesetText(nftables)) : renderDocument({ nftables }, "json");
}
