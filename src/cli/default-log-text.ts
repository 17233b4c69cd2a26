import { destinationText } from "../core/model/default-log.ts";
import { loggerText } from "../core/model/logger.ts";
import type { DefaultLogAnswer, FamilyDefault } from "../verbs/default-log.ts";
import { renderProblems } from "./problems-text.ts";
import { renderTable } from "./table.ts";

/** The default log as a page: what is wrong, then a line per family. */
export function renderDefaultLogAnswer({ families, problems }: DefaultLogAnswer): string {
  return [...renderProblems(problems), renderFamilies(families)].join("\n");
}

/** A line per family: what is meant, what is bound, and where the kernel's own messages therefore go. */
export function renderFamilies(families: readonly FamilyDefault[]): string {
  const rows = families.map(({ family, bound, effective, ...meant }) => [
    family,
    intentText(meant),
    loggerText(bound),
    `${effective.to} (${effective.why})`,
  ]);
  return renderTable(["FAMILY", "DEFAULT LOG", "BOUND", "THE KERNEL'S OWN MESSAGES GO TO"], rows);
}

function intentText({ intent, source, overrides }: Pick<FamilyDefault, "intent" | "source" | "overrides">): string {
  if (intent === null) return "-";
  const over = overrides === null ? "" : `, over ${destinationText(overrides)} persisted`;
  return `${destinationText(intent)} (${source === "both" ? "this boot, persisted" : source}${over})`;
}
