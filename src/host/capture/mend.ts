import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import type { CaptureIndex } from "../../core/capture/capture-index.ts";
import { parseCaptureName } from "../../core/capture/file-name.ts";
import { linkName } from "../../core/capture/link-name.ts";
import { createScan, sectionComment } from "../../core/capture/scan.ts";
import type { CaptureWish } from "../../core/capture/wish.ts";
import { readIndex, writeIndex } from "./sidecar.ts";

const PART = ".part";
const CHUNK_BYTES = 1024 * 1024;

/** Closes the captures that a run left behind that was killed, each behind its last whole block: their indexes. */
export function mendCaptures({ ring, host, netns }: CaptureWish): CaptureIndex[] {
  const { directory } = ring;
  const { gid } = statSync(directory);
  const names = readdirSync(directory).filter((name) => name.endsWith(`.pcapng${PART}`));
  const captures = names
    .map((name) => name.slice(0, -PART.length))
    .filter((name) => parseCaptureName(name) !== undefined && lstatSync(join(directory, `${name}${PART}`)).isFile());
  return captures.flatMap((name) => {
    const path = join(directory, `${name}${PART}`);
    const index = mended(path, { file: name, host, netns }, readIndex(directory, name));
    if (index === undefined) {
      rmSync(path, { force: true });
      return [];
    }
    writeIndex(directory, index, gid);
    renameSync(path, join(directory, name));
    return [index];
  });
}

/** What is to stand beside it; undefined where there is no packet in it. */
function mended(
  path: string,
  known: { readonly file: string; readonly host: string; readonly netns: string | undefined },
  before: CaptureIndex | undefined,
): CaptureIndex | undefined {
  const file = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const scan = createScan();
    let from: string | undefined;
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let read = 0;
    for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk)) {
      if (read === 0) from = sectionComment(chunk.subarray(0, count));
      read += count;
      scan.push(Buffer.from(chunk.subarray(0, count)));
    }
    if (before?.bytes === read && scan.wholeBytes === read) return before;
    if (scan.tally.packets === 0) return undefined;
    ftruncateSync(file, scan.wholeBytes);
    fsyncSync(file);
    const head = { ...known, link: linkName(scan.linkType ?? 0), from: from ?? "unknown", bytes: scan.wholeBytes };
    return scan.tally.indexOf({ ...head, ended: "cut-off" });
  } finally {
    closeSync(file);
  }
}
