import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createLines } from "../core/event/lines.ts";
import type { ReadEvent } from "../core/event/read-events.ts";
import { createEventWriter } from "../core/event/write-events.ts";

/** Writes the packets as pcapng into a new file that only its owner can read; undefined if none of them can be said. */
export function writeCapture(reads: readonly ReadEvent[]): string | undefined {
  const lines = createLines({
    fields: "default",
    payload: undefined,
    ...{ isWanted: undefined, enrich: undefined, encoders: undefined },
  });
  const writer = createEventWriter("pcapng", lines);
  const blocks = reads.flatMap((read) => {
    const block = writer.encode(read);
    return block === undefined || block === "unsaid" ? [] : [block];
  });
  if (blocks.length === 0) return undefined;
  const file = join(mkdtempSync(join(tmpdir(), "netlogctl-")), "packets.pcapng");
  writeFileSync(file, Buffer.concat([writer.header, ...blocks]), { mode: 0o600 });
  return file;
}

/** Takes such a file away, with its directory. */
export function removeCapture(file: string): void {
  rmSync(dirname(file), { recursive: true, force: true });
}
