import type { Severity } from "../lint/codes.ts";
import { DOCTOR_CODES, type DoctorCode } from "./codes.ts";

/** Something wrong with logging on a machine, once for each cause. */
export interface Diagnosis {
  /** A stable word for programs: of DOCTOR_CODES, of LINT_CODES, or that of a Problem. */
  readonly code: string;
  /** error: lines that a rule means to be seen are lost; warning: it will hurt; note: good to know. */
  readonly severity: Severity;
  readonly message: string;
  readonly why: string;
  /** Lines for a shell: commands, and comments where something is to be decided or done by hand. */
  readonly remedy: string;
  /** All places: rules, readers, files. */
  readonly where: readonly string[];
}

/** A diagnosis of doctor's own. */
export function diagnosis(
  code: DoctorCode,
  message: string,
  remedy: readonly string[],
  where: readonly string[],
): Diagnosis {
  const { severity, why } = DOCTOR_CODES[code];
  return { code, severity, message, why, remedy: remedy.join("\n"), where };
}
