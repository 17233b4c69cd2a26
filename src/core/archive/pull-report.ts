/**
 * What became of a machine's day. `already`: the vault has all that there is; `off`: the machine was not reached; `missing`: it
 * has nothing of that day any more; `wanted`: it would be archived.
 */
export type DayOutcome = "archived" | "already" | "off" | "failed" | "missing" | "wanted";

export interface PulledDay {
  readonly day: string;
  readonly outcome: DayOutcome;
  /** What failed, or is missing, in words. */
  readonly why: readonly string[];
  /** The files of the archive that were written. */
  readonly files: readonly string[];
}

export interface PulledMachine {
  readonly machine: string;
  readonly days: readonly PulledDay[];
  /** Files of its ring that were deleted there. */
  readonly pruned: number;
  /** What was not deleted although it is old enough, and why. */
  readonly kept: readonly string[];
}

export interface PullReport {
  readonly machines: readonly PulledMachine[];
  /** Whether all went as it should. */
  readonly isWhole: boolean;
}

/** Whether nothing is to be looked into. */
export function isWhole(machines: readonly PulledMachine[]): boolean {
  const isGood = ({ outcome }: PulledDay): boolean => outcome !== "off" && outcome !== "failed";
  return machines.every(({ days, kept }) => days.every(isGood) && kept.length === 0);
}
