import type { Host } from "../model/host.ts";
import type { AddressRange } from "./address-key.ts";

/** An event of a store, as the line of JSON that it is; without its newline. */
export interface StoredLine {
  readonly cursor: number;
  readonly line: string;
  readonly isLoss: boolean;
}

/** What is asked of an event's line for it to be told, once the rest of the query holds. */
export type LineTest = (line: string) => boolean;

/** Which events of a store are meant. What is left out does not matter. */
export interface StoreQuery {
  /** RFC 3339 with nine digits; both ends belong to it. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Topics. Losses are told whatever is asked for, but for the time and `isWantedLoss`. */
  readonly topic?: ((topic: string) => boolean) | undefined;
  /** Prefixes of rules, without blanks around them; that of a flow is empty. */
  readonly prefix?: ((prefix: string) => boolean) | undefined;
  /** Addresses: one of each list stands in the event. It only leaves out what cannot be meant: `isWanted` has to ask for them, too. */
  readonly addresses?: readonly (readonly AddressRange[])[] | undefined;
  /** Only events behind this cursor. */
  readonly after?: number | undefined;
  readonly isWanted?: LineTest | undefined;
  readonly isWantedLoss?: LineTest | undefined;
}

/** A topic, and how much of it there is. */
export interface StoredTopic {
  readonly topic: string;
  readonly events: number;
  readonly bytes: number;
  readonly firstTs: string;
  readonly lastTs: string;
}

/** Lines one behind the other. */
export interface ReplayedLines {
  readonly lines: string;
  readonly count: number;
  readonly lastCursor: number;
}

/** Losses are no events here. */
export interface EventCounts {
  readonly events: number;
  readonly losses: number;
}

/** Reads a store while it is written. What is added after a call is not in its answer. */
export interface StoreReader {
  /** Events in the order of their cursors; little is held at a time. */
  events(query: StoreQuery): Iterable<StoredLine>;
  /** The newest events, so many at most, in the order of their cursors, and what was lost among them. */
  newest(count: number, query: StoreQuery): readonly StoredLine[];
  /** How many events there are, and how many losses were told. */
  count(query: StoreQuery): EventCounts;
  /** Lines behind a cursor, each with its newline, some hundred at a time. */
  replay(after: number, topic: (topic: string) => boolean): Iterable<ReplayedLines>;
  /** The cursor of the oldest event; undefined if there is none. */
  oldestCursor(): number | undefined;
  /** The cursor of the last event that was taken away of these topics; 0 if none was. */
  goneCursor(topic: (topic: string) => boolean): number;
  /** From now on until it is released everything is as it is at this moment. */
  hold(): void;
  release(): void;
  topics(): readonly StoredTopic[];
  close(): void;
}

/**
 * Opens a store to read it; what is broken in it is told and left out. @param isOwn whether this process writes it: then SQLite
 * alone opens the file, for at the end of any other use of it the kernel takes all locks of it from the process (fcntl(2)), and
 * who opens it next takes away what is being written
 */
export type OpenStoreReader = (
  host: Host,
  file: string,
  onBroken: (text: string) => void,
  isOwn?: boolean,
) => Promise<StoreReader>;
