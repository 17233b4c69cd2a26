import type { Recorded } from "../verbs/record.ts";
import { printable } from "./printable.ts";

/** What was written, and what one should know before one hands it on. */
export function renderRecorded({ directory, files, bytes, redacted }: Recorded & { directory: string }): string {
  const addresses =
    redacted === null
      ? "addresses are in it as they are (--redact replaces them)"
      : `${redacted} addresses are replaced`;
  return [
    `${directory}: ${files.length} files, ${bytes} bytes`,
    ...files.map((file) => `  ${file}`),
    `${addresses}; names of interfaces, sets, chains and namespaces, prefixes and comments are still in it`,
  ]
    .map(printable)
    .join("\n");
}
