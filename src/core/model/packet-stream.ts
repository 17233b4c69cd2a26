/** The formats in which packets can be told. */
export const FORMATS = ["json", "text", "spr", "ulogd", "eve", "ecs", "iptables"] as const;
export type Format = (typeof FORMATS)[number];

/** The formats in which flows can be told. */
export const FLOW_FORMATS = ["json", "text", "vyos", "conntrack", "zeek", "eve", "ecs", "ipfix-json"] as const;
export type FlowFormat = (typeof FLOW_FORMATS)[number];

/** The forms of a capture in which packets can be kept. */
export const CAPTURE_FORMATS = ["pcap", "pcapng"] as const;
export type CaptureFormat = (typeof CAPTURE_FORMATS)[number];

/** The formats that are read. What is written for people is not: it leaves too much out. */
export const INPUT_FORMATS = ["json", "spr", "ulogd", "eve", "ecs", "iptables", "pcap", "pcapng"] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number];

/** How the format vyos is told. */
export interface VyosTelling {
  /** With the counters that the program itself does not print. */
  readonly hasCounters: boolean;
  /** As at its log level debug, by a clock that goes so far east of UTC; undefined: as at info. */
  readonly debugOffsetMinutes: number | undefined;
}

/** What of packets is told, and how. */
export interface Telling {
  readonly format: Format | FlowFormat;
  readonly fields: "compact" | "default";
  readonly payload: { readonly encoding: "hex" | "base64"; readonly bytesMax: number } | undefined;
  /** Globs of prefixes, without blanks around them; none: all. */
  readonly prefixes: readonly string[];
  /** An expression that has to hold (where.ts). */
  readonly where: string | undefined;
  readonly hasCommunityId: boolean;
  readonly hasProgram: boolean;
  /** Texts of /etc/hosts and of leases, if addresses are to have names. */
  readonly names: { readonly hosts: string; readonly leases: readonly string[] } | undefined;
  /** Whether the lines are for a terminal: nothing in them may act upon it, in whatever format. */
  readonly isForTerminal: boolean;
  /** Whether text may be coloured. */
  readonly hasColour: boolean;
  readonly vyos?: VyosTelling;
  /** How many packets are told; undefined: all that come. */
  readonly countMax: number | undefined;
}

/** Which packets are listened to, and how the kernel hands them over. */
export interface Listening {
  readonly groups: readonly number[];
  /** What leads to the network namespace; undefined: this one. */
  readonly netnsPath: string | undefined;
  /** How events call it. */
  readonly netns: string | undefined;
  readonly host: string;
  /** Bytes of each packet that are copied; 0: all. */
  readonly copyRangeBytes: number;
  readonly threshold: number;
  readonly timeoutCs: number;
  readonly bufferBytes: number;
  /** How much may wait to be read. */
  readonly roomBytes: number;
  /** Whether the kernel adds what conntrack knows of a packet. */
  readonly hasConntrack?: boolean;
}

/** What came of a group, and what did not. */
export interface GroupTally {
  readonly group: number;
  readonly received: number;
  readonly lost: number;
}

/** How a stream of packets ended. */
export interface StreamEnd {
  readonly groups: readonly GroupTally[];
  /** Messages, of one or many packets, that found no room behind the last packet that came. */
  readonly droppedAtEnd: number;
  /** Bytes of lines that nobody took. */
  readonly unwrittenBytes: number;
}

/** What a reader says of itself once it listens. */
export interface StreamStart {
  /** By what the kernel lists its socket. */
  readonly portId: number;
  /** How much may wait to be read: less than was asked for where net.core.rmem_max bounds it. */
  readonly roomBytes: number;
}

/** A group that the kernel did not give to a reader. */
export class GroupHeld extends Error {
  readonly group: number;
  readonly errno: number;

  constructor(group: number, errno: number) {
    super(`NFLOG group ${group}: errno ${errno}`);
    this.group = group;
    this.errno = errno;
  }
}

/** A thread that listens and writes. */
export interface ReaderThread<Wish, End> {
  readonly start: StreamStart;
  /** How it ended; undefined where who read its output went away. */
  readonly ended: Promise<End | undefined>;
  /** Has it end in order. */
  stop(): void;
  /**
   * Has it listen otherwise from now on, and tell otherwise if that is said: what stays loses nothing. What it was told of
   * the network namespace, the host and the room stays. Groups that the kernel did not give it are returned, the others are
   * read.
   */
  adjust(wish: Wish, telling?: Telling): Promise<readonly GroupHeld[]>;
}

/** A reader of NFLOG groups. */
export type PacketStream = ReaderThread<Listening, StreamEnd>;

/** A pipe from whoever writes lines to a file to whoever reads them. */
export interface LinePipe {
  /** What is written to. */
  readonly file: number;
  /** Whole lines, as they come. */
  readonly lines: AsyncGenerator<Buffer>;
  /** Nothing more is written: the lines end behind what was. */
  end(): Promise<void>;
  /** The same where whoever wrote did not end in order: the lines end at once. */
  breakOff(): Promise<void>;
}

/** Whole lines, as they come; who takes them slowly has the kernel hold what comes, and lose what it cannot hold. */
export interface WithLines {
  readonly lines: AsyncIterable<Buffer>;
}

/** A reader of packets whose lines are read here. */
export type ReadStream = PacketStream & WithLines;

/** Opens a reader that writes lines to a file. @throws GroupHeld */
export type OpenPacketStream = (listening: Listening, telling: Telling, file: number) => Promise<PacketStream>;
