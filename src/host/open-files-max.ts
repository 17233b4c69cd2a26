import { readFileSync } from "node:fs";

/** How many files this process may have open (getrlimit(2), RLIMIT_NOFILE); as many as are wanted where it is not told. */
export function openFilesMax(): number {
  try {
    const [, most] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? [];
    return most === undefined ? Number.POSITIVE_INFINITY : Number(most);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
