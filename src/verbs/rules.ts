import { encodeDocument, type NftDocument } from "../core/intent/document.ts";
import type { Host } from "../core/model/host.ts";
import { countMarked } from "../core/ours/scope.ts";
import { readIntent, readSource, type SourceOptions } from "./rule-source.ts";

/**
 * What nft would be handed for an intent. It needs neither root, nor a kernel, nor nft, unless rules are given as nft text.
 * Rules that stand before others need the ruleset that they are put into: `on` names it.
 */
export async function renderRules(
  host: Host,
  name: string,
  options: SourceOptions & { readonly on?: string | undefined },
): Promise<NftDocument> {
  const { lowered } = await readIntent(host, name, options);
  const on = options.on === undefined ? undefined : await readSource(host, options.on, options);
  const marked = on === undefined ? 0 : countMarked(on.ruleset);
  if (marked > 0) {
    options.say(`note: ${marked} rules of ours are in it already: handed to nft, this document adds to them`);
  }
  return encodeDocument(lowered, on?.ruleset, options.say);
}
