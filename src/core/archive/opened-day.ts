import type { CaptureIndex } from "../capture/capture-index.ts";

/** A capture of a day that lies open here; what is known of it without reading it. */
export interface OpenedCapture {
  readonly path: string;
  readonly index?: Pick<CaptureIndex, "packets" | "first" | "last" | "prefixes" | "lost">;
}

/** A log of a day that lies open here: lines of the kernel log as text, or events of the store as lines of JSON. */
export interface OpenedLog {
  readonly path: string;
  readonly kind: "kernel-log" | "events";
}

/** What was archived of a machine's day. */
export interface OpenedMachine {
  readonly machine: string;
  readonly captures: readonly OpenedCapture[];
  readonly logs: readonly OpenedLog[];
  /** What is missing, or could not be opened, in words. */
  readonly notes: readonly string[];
  /** Nothing of it could be read. */
  readonly isUnread?: true;
}

/** A day of the archive, unpacked into a directory of the user's. */
export interface OpenedDay {
  readonly day: string;
  readonly directory: string;
  readonly machines: readonly OpenedMachine[];
}
