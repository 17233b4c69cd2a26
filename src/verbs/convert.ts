import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { JsonObject } from "../core/nft/json.ts";
import { encodeRuleset } from "../core/nft/ruleset.ts";
import { unknownIn } from "../core/nft/text/ruleset.ts";
import { readInput } from "./read-input.ts";
import { formOf, sourceOf } from "./rule-source.ts";
import type { Say } from "./scratch.ts";

/** A ruleset in the form that was asked for. */
export interface Converted {
  readonly form: "json" | "nft";
  readonly nftables: readonly JsonObject[];
}

/**
 * Converts a ruleset between nft's text and libnftables-JSON, into the other form unless one is named. JSON becomes text
 * by our own core; text becomes JSON in nft's hands, in a scratch namespace.
 */
export async function convertRules(host: Host, name: string, to: string | undefined, say: Say): Promise<Converted> {
  const input = await readInput(host, name);
  if (formOf(input) === "intent") {
    throw new Fault("bad-input", `${name} is an intent`, "render it: netlogctl rules render -f FILE --as json|nft");
  }
  const { form, ruleset } = await sourceOf(host, name, input, { templates: { given: [], own: "" }, say });
  const { nftables } = encodeRuleset(ruleset);
  const wanted = (to ?? (form === "text" ? "json" : "nft")) === "nft" ? "nft" : "json";
  const unsaid = wanted === "nft" ? unknownIn(nftables) : [];
  if (unsaid.length === 0) return { form: wanted, nftables };
  const some = `${unsaid.slice(0, 3).join(", ")}${unsaid.length > 3 ? ` and ${unsaid.length - 3} more` : ""}`;
  const remedy = "take it out, or have an nft that knows it list the ruleset as text";
  throw new Fault("not-supported", `${name}: netlogctl knows no text of nft's for ${some}`, remedy);
}
