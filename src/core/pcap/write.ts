import { nanosecondsIn, secondsIn } from "../event/time-text.ts";

/** LINKTYPE_ (https://www.tcpdump.org/linktypes.html). */
export const LINKTYPE = { ethernet: 1, raw: 101, nflog: 239 } as const;

/** What a record of a capture holds. */
export interface CaptureRecord {
  /** As events have it: RFC 3339 in UTC, with nine digits behind the point. */
  readonly ts: string;
  readonly bytes: Buffer;
  /** How long the packet was before less of it was copied. */
  readonly length: number;
}

const MAGIC_NANOSECONDS = 0xa1b23c4d;
const VERSION = [2, 4] as const;

/** The most that a record may hold: what tcpdump takes for its own snapshot length. */
export const RECORD_BYTES_MAX = 262_144;

/** The header of a pcap file with time in nanoseconds (pcap-savefile(5)), little-endian. */
export function pcapHeader(linkType: number): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(MAGIC_NANOSECONDS, 0);
  header.writeUInt16LE(VERSION[0], 4);
  header.writeUInt16LE(VERSION[1], 6);
  header.writeUInt32LE(RECORD_BYTES_MAX, 16);
  header.writeUInt32LE(linkType, 20);
  return header;
}

/** A record of such a file. */
export function pcapRecord({ ts, bytes, length }: CaptureRecord): Buffer {
  const kept = bytes.subarray(0, RECORD_BYTES_MAX);
  const record = Buffer.allocUnsafe(16 + kept.length);
  record.writeUInt32LE(secondsIn(ts), 0);
  record.writeUInt32LE(nanosecondsIn(ts), 4);
  record.writeUInt32LE(kept.length, 8);
  record.writeUInt32LE(Math.max(length, bytes.length) >>> 0, 12);
  kept.copy(record, 16);
  return record;
}
