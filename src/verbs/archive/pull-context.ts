import type { Manifest } from "../../core/archive/manifest.ts";
import type { ArchiveDocument, MachineDocument } from "../../core/archive/schema.ts";
import type { Place } from "../../core/model/place.ts";
import type { ArchiveParts, Vault } from "./parts.ts";
import type { VaultListing } from "./vault.ts";

/** What is pulled. */
export interface PullWish {
  readonly settings: ArchiveDocument;
  /** Where files lie until the vault has them: a directory of ours. */
  readonly staging: string;
  /** Only these machines; all unless said. */
  readonly machines?: readonly string[] | undefined;
  readonly days?: readonly string[] | undefined;
  readonly withToday: boolean;
  readonly isDryRun: boolean;
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly lockTimeoutMs: number;
  readonly say: (line: string) => void;
  /** What is being done, for a terminal. */
  readonly onStep: (step: string) => void;
  readonly signal: AbortSignal;
}

/** What all that is pulled from one machine needs. */
export interface MachinePull extends PullWish {
  readonly parts: ArchiveParts;
  readonly vault: Vault;
  readonly machine: string;
  readonly document: MachineDocument;
  readonly place: Place;
  /** What the vault has of it. */
  readonly listing: VaultListing;
}

/** The same for one of its days. */
export interface DayPull extends MachinePull {
  readonly day: string;
  readonly isExpected: boolean;
  /** Whether it is over. */
  readonly isOver: boolean;
  /** Where its files lie until the vault has them. */
  readonly directory: string;
  readonly manifest: Manifest | undefined;
  /** Files of the manifest that the vault has not as they were. */
  readonly damaged: readonly string[];
  /** Whether it is longer ago than days are looked for: nothing is written of it if there is nothing. */
  readonly isBeyond: boolean;
}
