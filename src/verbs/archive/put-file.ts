import { ASK_PART, PUT_CODES, PUT_FILE } from "../../core/archive/scripts.ts";
import type { Depot, Hashed } from "../../core/model/depot.ts";
import { type Place, PlaceError } from "../../core/model/place.ts";
import { askAll, askLines, withTries } from "./read-place.ts";

/** A file of ours, and where it goes to. */
export interface Putting {
  readonly place: Place;
  readonly directory: string;
  readonly name: string;
  readonly path: string;
  readonly hashed: Hashed;
  /** Another file of that name stays, unless it is replaced. */
  readonly mode: "new" | "replace";
  readonly signal: AbortSignal;
}

/** Whether a file of this name stands there that is another one. */
export function isTaken(error: unknown): boolean {
  return error instanceof PlaceError && error.code === PUT_CODES.stands;
}

/**
 * Brings a file to a place: written beside, synced, hashed there, and only then given its name. Where the connection breaks it
 * goes on from what had come, also in the next run. @throws PlaceError
 */
export async function putFile(depot: Depot, putting: Putting): Promise<void> {
  await withTries(async () => {
    try {
      await putOnce(depot, putting);
    } catch (error) {
      throw isCutOff(error) ? new PlaceError("cut-off", error.place, error.says) : error;
    }
  });
}

async function putOnce(depot: Depot, { place, directory, name, path, hashed, mode, signal }: Putting): Promise<void> {
  const { sha256, bytes } = hashed;
  const [came = ""] = await askAll(place, { script: ASK_PART, words: [directory, name, sha256], signal });
  if (came === "whole") return;
  if (!/^\d{1,15}$/.test(came)) throw new PlaceError("failed", place.label, `"${came.slice(0, 40)}" is no size`);
  const input = depot.read(path, Number(came));
  const words = [directory, name, sha256, String(bytes), mode];
  for await (const _line of askLines(place, { script: PUT_FILE, words, input, signal }));
}

/** Less came than was sent, or something else: what came is there, or was removed. */
function isCutOff(error: unknown): error is PlaceError {
  return error instanceof PlaceError && (error.code === PUT_CODES.short || error.code === PUT_CODES.differs);
}
