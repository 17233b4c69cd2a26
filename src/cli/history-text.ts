import type { HistoryEntry } from "../verbs/history.ts";
import { renderTable } from "./table.ts";

/** What was applied, a line each. */
export function renderHistory(entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return "nothing was applied yet: netlogctl rules apply";
  const rows = entries.map(({ number, time, rules, state, title }) => [
    String(number),
    time.replace(/\.[0-9]+Z$/, "Z"),
    String(rules),
    state,
    title,
  ]);
  return renderTable(["REVISION", "TIME", "RULES", "STATE", "WHAT"], rows);
}
