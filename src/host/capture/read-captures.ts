import { readdirSync, readFileSync, statSync } from "node:fs";
import { begunAt, capturesIn, type FoundCapture, isPart, type Span } from "../../core/capture/find.ts";
import { hostError } from "../host-errors.ts";
import { localOffset } from "./local-offset.ts";
import { readIndex } from "./sidecar.ts";

/** A capture in a directory, and how large it is. */
interface CaptureFile extends FoundCapture {
  readonly path: string;
  readonly bytes: number;
  readonly state: "closed" | "being-written" | "cut-off";
}

/**
 * The captures of a directory that may hold something of a span, one by one: there may be thousands. Of those that their names
 * rule out nothing is read. @throws HostError
 */
export function readCaptures(directory: string, span: Span): Iterable<CaptureFile> {
  return filesOf(directory, capturesIn(namesIn(directory), span, localOffset));
}

function* filesOf(directory: string, names: readonly string[]): Generator<CaptureFile> {
  let known: "being-written" | "cut-off" | undefined;
  const stateOfPart = () => {
    known ??= isLocked(directory) ? "being-written" : "cut-off";
    return known;
  };
  for (const name of names) {
    const index = readIndex(directory, name);
    const path = `${directory}/${name}`;
    const bytes = index?.bytes ?? statSync(path, { throwIfNoEntry: false })?.size;
    const begun = index === undefined ? begunAt(name, localOffset) : undefined;
    const state = isPart(name) ? stateOfPart() : "closed";
    if (bytes !== undefined) yield { name, begun, index, path, bytes, state };
  }
}

/** Whether somebody captures into a ring, by the kernel's list of locks (proc_locks(5)): to try the lock would be to hold it. */
function isLocked(directory: string): boolean {
  const lock = statSync(`${directory}/.lock`, { throwIfNoEntry: false });
  return lock !== undefined && readFileSync("/proc/locks", "utf8").includes(`:${lock.ino} `);
}

function namesIn(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name); // a pipe would be waited for
  } catch (error) {
    throw hostError(error, "list", directory);
  }
}
