import { closeSync, constants, fsyncSync, openSync } from "node:fs";

/** What a file system that has no such thing says, and a directory that may be written to but not be read. */
const CANNOT_BE: readonly (string | undefined)[] = ["EINVAL", "EACCES"];

/** A name that was given or taken is so on the disk only when its directory is (rename(2), unlink(2), fsync(2)). */
export function syncDirectory(path: string): void {
  let directory: number | undefined;
  try {
    directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    fsyncSync(directory);
  } catch (error) {
    if (!CANNOT_BE.includes((error as NodeJS.ErrnoException).code)) throw error;
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}
