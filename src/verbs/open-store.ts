import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Store, StoreOptions, StoreWish } from "../daemon/store/open-store.ts";
import type { ServeParts } from "./serve.ts";

/** Later cursors would be no whole numbers any more. */
const CURSOR_MAX = Number.MAX_SAFE_INTEGER - 2 ** 50;

type StoreParts = Pick<ServeParts, "openStore" | "openStoreReader">;

/** Opens the store of a log service. Events are told to subscribers even where they cannot be stored any more. */
export async function openStoreOf(
  host: Host,
  wish: StoreWish,
  parts: StoreParts,
  options: StoreOptions,
): Promise<Store> {
  const store = await parts.openStore(wish, options);
  try {
    // When libsql is loaded, it has Node write a report of all threads, and the reader's would not answer: it waits in poll(2).
    (await parts.openStoreReader(host, wish.file, options.onNote, true)).close();
    refuseImpossible(store, wish.file);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

function refuseImpossible({ lastCursor }: Store, file: string): void {
  if (lastCursor <= CURSOR_MAX) return;
  throw new Fault(
    "bad-input",
    `the store ${file} has a cursor that no clock gave: ${lastCursor}`,
    "put it aside; a new one is made",
  );
}
