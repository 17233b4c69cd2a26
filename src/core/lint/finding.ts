import { CODES, type LintCode, type Severity } from "./codes.ts";
import type { Complaint, RuleView } from "./rule-view.ts";

/** Something in a rule that does not do what it seems to. */
export interface Finding {
  /** A stable word for programs; CODES says why it matters and what to do. */
  readonly code: LintCode;
  readonly severity: Severity;
  readonly message: string;
  /** `file:line:column`, or a place in a ruleset. */
  readonly where: string;
  /** The rule's name, where it is one of ours. */
  readonly rule: string | undefined;
}

export function findingOf({ code, message }: Complaint, { name }: RuleView, where: string): Finding {
  return { code, severity: CODES[code].severity, message, where, rule: name };
}
