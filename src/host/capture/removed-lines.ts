import { readSync } from "node:fs";
import type { Removed } from "../../core/capture/removed.ts";

/** Beyond this the last lines are kept: a line has some hundred bytes. */
export const REMOVED_BYTES_MAX = 512 * 1024;

/** More than a line has. */
const TAIL_BYTES = 4096;

/** Whether a line says that a capture was deleted. */
export function says(text: string, capture: string): boolean {
  try {
    return (JSON.parse(text) as Partial<Removed> | null)?.file === capture;
  } catch {
    return false; // it was cut off while it was written
  }
}

/** The last line of a file, and whether it was written to its end. */
export function lastLine(file: number, size: number): { readonly text: string; readonly isTorn: boolean } {
  const lines = tailOf(file, size, TAIL_BYTES).split("\n");
  const isTorn = lines.at(-1) !== "";
  return { text: lines.at(isTorn ? -1 : -2) ?? "", isTorn: isTorn && size > 0 };
}

/** The last lines of a file that is larger than it may be. */
export function lastLines(file: number, size: number): readonly string[] {
  const lines = tailOf(file, size, REMOVED_BYTES_MAX).split("\n");
  return lines.slice(1).filter((one) => one !== "");
}

function tailOf(file: number, size: number, bytesMax: number): string {
  const bytes = Buffer.allocUnsafe(Math.min(size, bytesMax));
  return bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, size - bytes.length));
}
