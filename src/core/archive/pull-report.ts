import type { ArchivedFile } from "./manifest.ts";

/**
 * What became of a machine's day. `already`: the vault has all that there is; `off`: the machine was not reached; `missing`: it
 * has nothing of that day any more; `later`: it is still
 * written to; `wanted`: it would be archived.
 */
export type DayOutcome = "archived" | "already" | "off" | "failed" | "missing" | "later" | "wanted";

/** What of a kind was archived of a day, or would be. */
export interface PulledPart {
  readonly kind: ArchivedFile["kind"];
  /** How many captures it holds. */
  readonly captures?: number;
  readonly bytes?: number;
  /** Packets, lines or events. */
  readonly count?: number;
}

export interface PulledDay {
  readonly day: string;
  readonly outcome: DayOutcome;
  /** What failed, or is missing, in words. */
  readonly why: readonly string[];
  /** The files of the archive that were written. */
  readonly files: readonly string[];
  readonly parts: readonly PulledPart[];
}

export interface PulledMachine {
  readonly machine: string;
  readonly days: readonly PulledDay[];
  /** How many captures of its ring were deleted there, or would be. */
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
