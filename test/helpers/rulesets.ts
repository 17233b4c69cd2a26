import { readdirSync, readFileSync } from "node:fs";
import { ROOT } from "./cli.ts";

const RULESETS = `${ROOT}fixtures/rulesets`;

/** The names of the rulesets of the corpus with this ending, such as `log/prefix`. */
function rulesetsEndingIn(ending: string): string[] {
  return readdirSync(RULESETS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}

export function readRulesetText(name: string, ending: string): string {
  return readFileSync(`${RULESETS}/${name}${ending}`, "utf8");
}

/** A listing of the corpus. */
export function readRuleset(name: string, ending: string): { nftables: Record<string, unknown>[] } {
  return JSON.parse(readRulesetText(name, ending)) as { nftables: Record<string, unknown>[] };
}

/** Listings by nft 1.0.6, and by 1.1.7. */
export const OLD = ".json";
export const NEW = ".1.1.7.json";

/** What 1.0.6 lists. */
export const LISTED_BY_OLD = rulesetsEndingIn(OLD).filter(
  (name) => !name.endsWith(".1.1.7") && !name.startsWith("unknown/"),
);
export const LISTED_BY_NEW = rulesetsEndingIn(NEW);
export const UNKNOWN = rulesetsEndingIn(OLD).filter((name) => name.startsWith("unknown/"));
