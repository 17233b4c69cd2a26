import type { FoundCapture, Span } from "../core/capture/find.ts";
import { holdsPrefix, holdsSpan } from "../core/capture/find.ts";
import { compileGlob } from "../core/event/where/glob.ts";
import { HostError } from "../core/model/host.ts";
import { faultOfHost } from "./host-faults.ts";

/** A capture in a directory. */
export interface CaptureInDirectory extends FoundCapture {
  readonly path: string;
  readonly bytes: number;
  readonly state: CaptureState;
}

/** Whether a capture is whole, still written to, or was left by a run that was killed. */
export type CaptureState = "closed" | "being-written" | "cut-off";

/** Reads the captures of a directory that may hold something of a span. @throws HostError */
export type ReadCaptures = (directory: string, span: Span) => Iterable<CaptureInDirectory>;

export interface CapturesWish extends Span {
  readonly directory: string;
  /** Globs of prefixes; none: all. */
  readonly prefixes: readonly string[];
}

/** The captures of a ring that hold something of what was asked for, the oldest first; one that has no index may. @throws Fault */
export function listCaptures(read: ReadCaptures, wish: CapturesWish): Iterable<CaptureInDirectory> {
  const globs = wish.prefixes.map(compileGlob);
  const isWanted = (prefix: string): boolean => globs.some((matches) => matches(prefix.trim()));
  const isHeld = (one: CaptureInDirectory): boolean =>
    holdsSpan(one, wish) && (globs.length === 0 || holdsPrefix(one, isWanted));
  return heldOf(readThere(read, wish), isHeld);
}

function* heldOf(
  captures: Iterable<CaptureInDirectory>,
  isHeld: (one: CaptureInDirectory) => boolean,
): Generator<CaptureInDirectory> {
  for (const capture of captures) if (isHeld(capture)) yield capture;
}

function readThere(read: ReadCaptures, wish: CapturesWish): Iterable<CaptureInDirectory> {
  try {
    return read(wish.directory, wish);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw faultOfHost(error, "list captures", "name their directory: --ring DIR; or begin: netlogctl capture run");
  }
}
