import type { RulesEvent } from "../verbs/watch-rules.ts";
import { printable } from "./printable.ts";

/** What is seen of the rules that were applied, on a line. */
export function renderRulesEvent({ event, revision, what }: RulesEvent): string {
  if (revision === null) return "no rules were applied: netlogctl rules apply";
  return printable(`revision ${revision}: ${event}${what === "" ? "" : `: ${what}`}`);
}
