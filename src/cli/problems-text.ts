import type { Problem } from "../core/explain/problems.ts";
import { red, yellow } from "./colour.ts";
import { printable } from "./printable.ts";

/** The problems, each with its remedy on a line of its own, and an empty line behind them; nothing where there is none. */
export function renderProblems(problems: readonly Problem[]): string[] {
  const lines = problems.flatMap(({ severity, message, remedy }) => [
    `${severity === "error" ? red("error:") : yellow("warning:")} ${printable(message)}`,
    `  remedy: ${printable(remedy)}`,
  ]);
  return lines.length === 0 ? [] : [...lines, ""];
}
