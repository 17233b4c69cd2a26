/** A trial cannot be run to its end: what it was to do, and what it says. */
export class TrialFailure extends Error {
  readonly doing: string;
  /** false where a program that is needed could not be started. */
  readonly hasProgram: boolean;

  constructor(doing: string, says: string, hasProgram = true) {
    super(says);
    this.doing = doing;
    this.hasProgram = hasProgram;
  }
}

/** Does something; what goes wrong is a failure to do that. */
export function attempt<T>(doing: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new TrialFailure(doing, error instanceof Error ? error.message : String(error));
  }
}
