import { HostError, NOT_ENTERED } from "../core/model/host.ts";

/** The error names behind the C library's sentences, as cat, tee and nsenter print them under LC_ALL=C. */
const SENTENCES: Readonly<Record<string, string>> = {
  "No such file or directory": "ENOENT",
  "Permission denied": "EACCES",
  "Operation not permitted": "EPERM",
  "Read-only file system": "EROFS",
  "Invalid argument": "EINVAL",
  "Is a directory": "EISDIR",
  "Not a directory": "ENOTDIR",
  "Device or resource busy": "EBUSY",
};

/** A HostError for what node's fs threw; anything else is a bug and passes. */
export function hostError(error: unknown, act: string, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === "string" && /^E[A-Z0-9_]+$/.test(code)
    ? new HostError(code, act, path, { cause: error })
    : error;
}

/** Does something, and throws what node's fs or spawn throws at once as a HostError. */
export function touch<T>(act: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw hostError(error, act, path);
  }
}

/** A HostError for what a program of coreutils or util-linux wrote to its standard error. */
export function hostErrorOfText(stderr: string, act: string, path: string): HostError {
  const sentence = Object.keys(SENTENCES).find((known) => stderr.includes(known));
  const cause = new Error(stderr.trim());
  if (stderr.startsWith("nsenter: ")) return new HostError(NOT_ENTERED, act, path, { cause });
  return new HostError(sentence === undefined ? "EIO" : (SENTENCES[sentence] ?? "EIO"), act, path, { cause });
}
