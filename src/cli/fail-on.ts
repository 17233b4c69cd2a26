import type { Severity } from "../core/lint/codes.ts";

const RANKS: Readonly<Record<string, number>> = { error: 3, warning: 2, note: 1, never: 9 };

/** What a flag takes that says from which severity on an answer is a failure. */
export const FAIL_ON = {
  summary: "The severity from which on the exit code is 1.",
  options: ["error", "warning", "note", "never"],
};

/** Whether anything has at least this severity. */
export function fails(findings: readonly { readonly severity: Severity }[], least: string): boolean {
  return findings.some(({ severity }) => (RANKS[severity] ?? 0) >= (RANKS[least] ?? 0));
}
