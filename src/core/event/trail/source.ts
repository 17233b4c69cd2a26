import type { NetlogEvent } from "../event.ts";

/** What is asked of a source at one look. */
export interface Look {
  readonly isFirst: boolean;
  /** RFC 3339 with nine digits; both ends belong to it. */
  readonly since: string | undefined;
  readonly until: string | undefined;
  /** Whether packets are looked at, or flows alone. */
  readonly hasPackets: boolean;
  /** Lists of addresses: what has none of one of them is not meant. No lists: nothing is known. */
  readonly addresses: readonly (readonly string[])[];
  /** Texts, of which all of one list stand in the JSON of what is meant. No lists: nothing is known. */
  readonly needles: readonly (readonly string[])[];
  /** Of losses it is not asked. */
  readonly isMeant: (event: NetlogEvent) => boolean;
}

/** Events that can be looked at more than once. */
export interface TrailSource {
  events(look: Look): AsyncIterable<NetlogEvent>;
  close(): void;
}
