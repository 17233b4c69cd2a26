import type { Batch } from "../../core/event/batch.ts";
import type { FaultCode } from "../../core/model/fault.ts";
import type { Kept } from "../../core/serve/schema.ts";

/** What the store's thread is started with. */
export interface StoreData {
  readonly file: string;
  readonly topics: readonly Kept[];
}

/** Events that there was no room for, from this cursor on. */
export interface Dropped {
  readonly count: number;
  readonly cursor: number;
}

/** What the thread is told. */
export type StoreOrder =
  | { readonly do: "add"; readonly batch: Batch; readonly dropped: Dropped | undefined }
  | { readonly do: "reconfigure"; readonly topics: readonly Kept[] }
  | { readonly do: "close"; readonly dropped: Dropped | undefined };

/** What of a store is told again and again. */
export interface StoreState {
  readonly sizeBytes: number;
  readonly lastTs: string | undefined;
}

/** What the thread says: first that it is open, or why not. */
export type StoreMessage =
  | ({ readonly says: "open"; readonly lastCursor: number } & StoreState)
  | ({ readonly says: "written"; readonly events: number; readonly bytes: number } & StoreState)
  | { readonly says: "note"; readonly text: string }
  | { readonly says: "fault"; readonly code: FaultCode; readonly message: string; readonly remedy: string }
  | { readonly says: "failed"; readonly message: string };
