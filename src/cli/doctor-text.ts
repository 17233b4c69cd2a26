import type { Diagnosis } from "../core/doctor/diagnosis.ts";
import { bold } from "./colour.ts";
import { countText, PAINTS } from "./lint-text.ts";
import { printable } from "./printable.ts";

/** How many places of one diagnosis are shown. */
const PLACES_MAX = 3;

/** A paragraph for each: what it is, where, why it matters, and the lines to paste; then whether anything is wrong. */
export function renderDiagnoses(diagnoses: readonly Diagnosis[]): string {
  return [...diagnoses.map(paragraph), verdictText(diagnoses)].join("\n\n");
}

function paragraph({ code, severity, message, why, remedy, where }: Diagnosis): string {
  const more = where.length > PLACES_MAX ? ` and ${where.length - PLACES_MAX} more` : "";
  return [
    `${PAINTS[severity](`${severity}:`)} ${bold(printable(message))} [${code}]`,
    ...(where.length === 0 ? [] : [`  where: ${printable(where.slice(0, PLACES_MAX).join(", "))}${more}`]),
    `  why: ${printable(why)}`,
    "  remedy:",
    ...remedy.split("\n").map((line) => `    ${printable(line)}`),
  ].join("\n");
}

function verdictText(diagnoses: readonly Diagnosis[]): string {
  if (diagnoses.length === 0) return "nothing is wrong";
  if (diagnoses.some(({ severity }) => severity !== "note")) return countText(diagnoses);
  const isWhole = diagnoses.every(({ code }) => code !== "not-seen");
  return `nothing is wrong${isWhole ? "" : " in what was looked at"}; ${countText(diagnoses)}`;
}
