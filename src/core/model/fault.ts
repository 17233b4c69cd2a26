/** What kind of fault it is: stable words for programs, one per cause a person can act on. */
export type FaultCode =
  | "usage" // the command line is wrong: nothing was looked at
  | "bad-input" // a file or a word holds something else than was expected
  | "not-trusted" // what root is to obey could be changed by others
  | "not-permitted" // a capability is missing, or the place is read-only
  | "not-supported" // this kernel, machine or namespace has no such thing
  | "not-found" // a namespace, a module, a logger or a file is not there
  | "locked" // another netlogctl is at work
  | "refused" // the kernel or a program answered no
  | "changed" // somebody else changed what a plan was made from
  | "not-kept" // what was written was not there when read back
  | "unfinished" // an earlier change was cut off and could not be undone
  | "declined" // the user said no
  | "interrupted"; // a signal came; what was done was undone

export interface FaultDetails {
  /** `file:line:column` or the like. */
  where?: string;
  cause?: unknown;
}

/** An error that a person can act on: what was being done, what is wrong, where, and what to do. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly remedy: string;
  readonly where: string | undefined;

  constructor(code: FaultCode, message: string, remedy: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.remedy = remedy;
    this.where = details.where;
  }
}
