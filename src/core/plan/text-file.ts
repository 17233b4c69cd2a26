import { Fault } from "../model/fault.ts";
import { FILE_BYTES_MAX } from "../model/host.ts";

/** Refuses to edit a file whose bytes are not UTF-8: writing it back would lose them. */
export function refuseOtherBytes(text: string, path: string): void {
  const line = text.split("\n").findIndex((content) => content.includes("\ufffd"));
  if (line === -1) return;
  throw new Fault(
    "bad-input",
    `cannot edit ${path}: the line holds bytes that are not UTF-8, which would be lost`,
    `convert the file first: iconv -f latin1 -t utf8 ${path}`,
    { where: `${path}:${line + 1}` },
  );
}

/** Refuses to write a file that would be too long to be read again. */
export function refuseTooLong(text: string, path: string): string {
  if (new TextEncoder().encode(text).length <= FILE_BYTES_MAX) return text;
  throw new Fault("bad-input", `${path} would be longer than ${FILE_BYTES_MAX} bytes`, "shorten its comments first");
}
