import { soundPart } from "../../core/archive/damage.ts";
import { newlyMissing, type Piece } from "../../core/archive/piece.ts";
import type { PulledDay, PulledPart } from "../../core/archive/pull-report.ts";
import { countCaptures, lackingOf, type RingFile } from "../../core/archive/ring.ts";
import { laterOf, missingOf } from "./pull-captures.ts";
import type { DayPull } from "./pull-context.ts";
import { type MachineLook, outcomeOf } from "./pull-day.ts";
import { hasLog, journalPiece } from "./pull-lines.ts";

/** What would be archived of a day, and what is missing. */
export function previewDay(pull: DayPull, look: MachineLook): PulledDay {
  const { day, manifest } = pull;
  const ofRing = previewCaptures(pull, look);
  const ofLogs = previewLogs(pull, look);
  const pieces: Piece[] = [{ kind: "captures", missing: ofRing.missing, failed: [] }, ...ofLogs.pieces];
  const missing = pieces.flatMap((piece) => newlyMissing(manifest, piece));
  const files = [...ofRing.lacking.map(({ name }) => name), ...ofLogs.kinds];
  const isNone = manifest === undefined && pull.days !== undefined;
  const outcome = outcomeOf({ failed: [], files: [], later: ofRing.later, missing, isNone });
  return {
    ...{ day, outcome: files.length === 0 ? outcome : "wanted", why: [...ofRing.later, ...missing], files },
    parts: [...partOf(ofRing.lacking), ...ofLogs.kinds.map((kind) => ({ kind }))],
  };
}

interface RingPreview {
  readonly lacking: readonly RingFile[];
  readonly later: readonly string[];
  readonly missing: readonly string[];
}

function previewCaptures(pull: DayPull, { ring }: MachineLook): RingPreview {
  if (ring === undefined) return { lacking: [], later: [], missing: [] };
  const lacking = lackingOf(ring, pull.day, soundPart(pull.manifest, pull.damaged));
  return { lacking, later: laterOf(pull, ring), missing: missingOf(pull, ring) };
}

function previewLogs(
  pull: DayPull,
  { isJournalRead, journalBegin }: MachineLook,
): { readonly kinds: ("kernel-log" | "events")[]; readonly pieces: Piece[] } {
  const { "kernel-log": prefixes, events } = pull.document;
  const isLogWanted = prefixes !== undefined && isJournalRead && !hasLog(pull, "kernel-log");
  const isLogThere = journalBegin !== undefined && journalBegin.slice(0, 10) <= pull.day;
  return {
    kinds: [
      ...(isLogWanted && isLogThere ? (["kernel-log"] as const) : []),
      ...(events && !hasLog(pull, "events") ? (["events"] as const) : []),
    ],
    pieces: isLogWanted && !isLogThere ? [journalPiece(journalBegin)] : [],
  };
}

function partOf(lacking: readonly RingFile[]): PulledPart[] {
  if (lacking.length === 0) return [];
  const bytes = lacking.reduce((sum, one) => sum + one.bytes, 0);
  return [{ kind: "captures", captures: countCaptures(lacking), bytes }];
}
