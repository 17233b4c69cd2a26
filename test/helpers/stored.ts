import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Batch, cutBatch } from "../../src/core/event/batch.ts";
import type { NetlogEvent } from "../../src/core/event/event.ts";
import { jsonLine } from "../../src/core/event/pipeline.ts";
import type { Kept } from "../../src/core/serve/schema.ts";
import type { StoreReader } from "../../src/core/store/reader.ts";
import { openToWrite } from "../../src/daemon/store/database.ts";
import { openStoreReader } from "../../src/daemon/store/read-store.ts";
import { StoreWriter } from "../../src/daemon/store/writer.ts";
import { openLocalHost } from "../../src/host/local-host.ts";

/** A batch of events, the first with this cursor. */
export function batchOf(events: readonly NetlogEvent[], first: number): Batch {
  const lines = events.map((event) => `${jsonLine(event, "default")}\n`).join("");
  return cutBatch(Buffer.from(lines), first);
}

/** Everything is kept. */
export const ALL: readonly Kept[] = [{ match: ["*"] }];

/** A store in a directory of its own; what is opened is closed with it. */
export class TrialStore {
  readonly directory = mkdtempSync(join(tmpdir(), "netlogctl-store-"));
  readonly file = join(this.directory, "events.db");
  readonly broken: string[] = [];
  readonly #open: { close(): void }[] = [];

  async write(topics: readonly Kept[] = ALL): Promise<StoreWriter> {
    writeFileSync(this.file, "", { flag: "a" });
    const writer = new StoreWriter(await openToWrite(this.file), topics);
    this.#open.push(writer);
    return writer;
  }

  async read(): Promise<StoreReader> {
    const reader = await openStoreReader(openLocalHost(), this.file, (text) => this.broken.push(text));
    this.#open.push(reader);
    return reader;
  }

  remove(): void {
    for (const one of this.#open.splice(0)) one.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
