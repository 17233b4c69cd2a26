import { readdirSync, statSync } from "node:fs";
import { begunAt, capturesIn, type FoundCapture, type Span } from "../../core/capture/find.ts";
import { hostError } from "../host-errors.ts";
import { localOffset } from "./local-offset.ts";
import { readIndex } from "./sidecar.ts";

/** A capture in a directory, and how large it is. */
interface CaptureFile extends FoundCapture {
  readonly path: string;
  readonly bytes: number;
}

/**
 * The captures of a directory that may hold something of a span, one by one: there may be thousands. Of those that their names
 * rule out nothing is read. @throws HostError
 */
export function readCaptures(directory: string, span: Span): Iterable<CaptureFile> {
  return filesOf(directory, capturesIn(namesIn(directory), span, localOffset));
}

function* filesOf(directory: string, names: readonly string[]): Generator<CaptureFile> {
  for (const name of names) {
    const index = readIndex(directory, name);
    const path = `${directory}/${name}`;
    const bytes = index?.bytes ?? statSync(path, { throwIfNoEntry: false })?.size;
    const begun = index === undefined ? begunAt(name, localOffset) : undefined;
    if (bytes !== undefined) yield { name, begun, index, path, bytes };
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    throw hostError(error, "list", directory);
  }
}
