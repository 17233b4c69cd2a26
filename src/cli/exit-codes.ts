/** 128 + the signal's number, as a shell would say it (signal(7)). */
export const SIGNAL_EXITS: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

const OWN = new WeakMap<Error, number>();

/** Lets an error end the program with this exit code: commands that answer by theirs tell trouble from an answer, as diff(1). */
export function endWith(error: Error, code: number): void {
  OWN.set(error, code);
}

/** The exit code that a command wanted for this error. */
export function exitWantedFor(error: Error): number | undefined {
  return OWN.get(error);
}
