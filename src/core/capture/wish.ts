import type { GroupTally, Listening, StreamStart } from "../model/packet-stream.ts";
import type { CaptureLink } from "./schema.ts";

/** When a file of the ring ends. */
interface Rotation {
  /** At midnight, and at each multiple of this behind it. */
  readonly everySeconds: number;
  readonly bytesMax: number;
}

/** What the ring may take; undefined: whatever comes. */
export interface RingBounds {
  readonly filesMax: number | undefined;
  readonly bytesMax: number | undefined;
  readonly ageSecondsMax: number | undefined;
  readonly freeBytesMin: number;
}

/** Where captures stand, when one ends and the next begins, and how many there may be. */
export interface RingWish {
  readonly directory: string;
  readonly rotation: Rotation;
  readonly bounds: RingBounds;
}

/** Packets that are logged to groups. */
export interface GroupsSource {
  readonly kind: "groups";
  readonly listening: Listening;
  readonly link: CaptureLink;
}

/** Packets that another program captures and writes as pcap or pcapng. */
export interface PipeSource {
  readonly kind: "pipe";
  readonly file: number;
  readonly interface: string;
  /** What leads to the network namespace of the interface; undefined: this one. */
  readonly netnsPath: string | undefined;
}

/** Another clock than that of the machine: how far it is ahead at first, and how fast it goes. */
export interface Clock {
  readonly offsetMs: number;
  readonly rate: number;
}

/** What a capture is asked to do; what is called anew may have changed since. */
export interface CaptureWish {
  readonly ring: RingWish;
  readonly source: GroupsSource | PipeSource;
  /** As the index says it: "NFLOG group 5". */
  readonly from: string;
  readonly host: string;
  readonly netns: string | undefined;
  readonly countMax: number | undefined;
  readonly clock?: Clock;
  /** How often a new file was asked for. */
  readonly turns: number;
  /** What the other program said that was dropped. */
  readonly dropped: number;
}

/** How a capture ended. */
export interface CaptureEnd {
  readonly files: number;
  readonly packets: number;
  readonly bytes: number;
  /** Packets that did not come or found no room on the disk, as far as that is known. */
  readonly lost: number;
  /** Files that the ring deleted. */
  readonly removed: number;
  readonly groups: readonly GroupTally[];
}

/** A capture that goes on until it is stopped. */
export interface Capture {
  readonly start: StreamStart;
  /** How it ended: everything that came is written then. */
  readonly ended: Promise<CaptureEnd | undefined>;
  stop(): void;
  /** Has it begin a new file, or take in what was dropped, as the wish says now. */
  adjust(wish: CaptureWish): Promise<unknown>;
}

/** Opens a capture into a ring, which is told what there is to say. @throws GroupHeld */
export type OpenCapture = (wish: CaptureWish, onNote: (text: string) => void) => Promise<Capture>;

/** What another program is asked to capture. */
export interface SnifferWish {
  /** What leads to the network namespace; undefined: this one. */
  readonly netnsPath: string | undefined;
  readonly interface: string;
  readonly filter: string | undefined;
  /** Bytes of each packet that are kept; 0: all. */
  readonly snaplen: number;
  readonly roomBytes: number;
  readonly countMax: number | undefined;
}

/** Another program that captures an interface. */
export interface Sniffer {
  readonly program: string;
  /** Where what it captured is read. */
  readonly file: number;
  /** Its end, and how many packets it said that were dropped. @throws Fault with its own words */
  readonly ended: Promise<{ readonly dropped: number }>;
  /** Has it write what it has, and end. */
  stop(): void;
}

/** Starts one; it captures when this returns. @throws Fault */
export type OpenSniffer = (wish: SnifferWish) => Promise<Sniffer>;
