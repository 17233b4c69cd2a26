import { annotationsOf } from "../core/lint/annotations.ts";
import { CODES, type Severity } from "../core/lint/codes.ts";
import type { Finding } from "../core/lint/finding.ts";
import { type SarifOptions, sarifOf } from "../core/lint/sarif.ts";
import { bold, red, yellow } from "./colour.ts";
import { printable, printableJson } from "./printable.ts";

/** How a severity looks. */
export const PAINTS: Readonly<Record<Severity, (text: string) => string>> = {
  error: red,
  warning: yellow,
  note: (text) => text,
};

/** The findings in the form that was asked for. */
export function renderLint(findings: readonly Finding[], format: string, options: SarifOptions): string {
  switch (format) {
    case "json":
      return printableJson(findings, 2);
    case "sarif":
      return printableJson(sarifOf(findings, options), 2);
    case "github":
      return annotationsOf(findings).map(printable).join("\n");
    default:
      return renderFindings(findings);
  }
}

/** The findings for people: each with its why and its remedy below, and how many there are of each severity. */
function renderFindings(findings: readonly Finding[]): string {
  const paragraphs = findings.flatMap(({ code, severity, message, where }) => [
    `${bold(printable(where))}: ${PAINTS[severity](`${severity}:`)} ${printable(message)} [${code}]`,
    `  why: ${CODES[code].why}`,
    `  remedy: ${CODES[code].remedy}`,
  ]);
  return [...paragraphs, countText(findings)].join("\n");
}

/** How many there are of each severity. */
export function countText(findings: readonly Pick<Finding, "severity">[]): string {
  if (findings.length === 0) return "nothing found";
  const counts = (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? "" : "s"}`];
  });
  return counts.join(", ");
}
