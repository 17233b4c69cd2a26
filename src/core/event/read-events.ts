import type { InputFormat } from "../model/packet-stream.ts";
import { ETHER_TYPE } from "../packet/ether.ts";
import { decodeNetwork } from "../packet/network.ts";
import { createCaptureReader } from "../pcap/read.ts";
import type { CaptureRecord } from "../pcap/write.ts";
import type { NetlogEvent } from "./event.ts";
import { parseEcs } from "./formats/ecs.ts";
import { parseEve } from "./formats/eve.ts";
import { parseSpr } from "./formats/spr.ts";
import { parseUlogd } from "./formats/ulogd.ts";
import { fromCapture } from "./from-capture.ts";
import { createKernelLogReader, type KernelLogOptions } from "./kernel-log.ts";
import { inOrder } from "./pipeline.ts";
import { createLineCutter } from "./read-events/cut-lines.ts";
import { type Detected, detectFormat } from "./read-events/detect.ts";
import { parseJson } from "./read-events/json.ts";
import { createUnreadCount, NOTHING, type Unread } from "./read-events/unread.ts";

/** An event that was read; the packet's bytes from the network header on, where they are there. */
export interface ReadEvent {
  readonly event: NetlogEvent;
  readonly bytes?: Buffer;
  /** The record of a capture of LINKTYPE_NFLOG, as it stands there. */
  readonly record?: CaptureRecord;
}

/** Reads events piece by piece, in bounded memory, whatever the bytes are. */
export interface EventReader {
  push(chunk: Buffer): ReadEvent[];
  end(): ReadEvent[];
  /** So far. */
  unread(): Unread;
}

export interface ReadOptions {
  /** Without it, the first bytes tell. */
  readonly format?: InputFormat;
  readonly kernelLog?: KernelLogOptions;
}

/** More is not waited for. */
const START_BYTES_MAX = 1024 * 1024;

/** Reads events in any of the formats: lines of JSON of each kind, the kernel log in its forms, captures. */
export function createEventReader({ format, kernelLog = {} }: ReadOptions = {}): EventReader {
  let reader = format === undefined ? undefined : readerOf({ format, isGuess: false }, kernelLog);
  let start = Buffer.alloc(0);

  function detected(isAll: boolean): EventReader | undefined {
    const found = detectFormat(start, isAll || start.length >= START_BYTES_MAX);
    return found && readerOf(found, kernelLog);
  }

  return {
    push(chunk) {
      if (reader !== undefined) return reader.push(chunk);
      start = Buffer.concat([start, chunk]);
      reader = detected(false);
      return reader === undefined ? [] : reader.push(start);
    },
    end() {
      if (reader !== undefined) return reader.end();
      reader = start.length === 0 ? undefined : detected(true);
      return reader === undefined ? [] : [...reader.push(start), ...reader.end()];
    },
    unread: () => reader?.unread() ?? NOTHING,
  };
}

function readerOf({ format, isGuess }: Detected, kernelLog: KernelLogOptions): EventReader {
  switch (format) {
    case "json":
      return lineReader(parseJson);
    case "spr":
      return lineReader(readSpr);
    case "ulogd":
      return lineReader(parseUlogd);
    case "eve":
      return lineReader(parseEve);
    case "ecs":
      return lineReader(parseEcs);
    case "iptables":
      return kernelReader(kernelLog, isGuess);
    case "pcap":
    case "pcapng":
      return captureReader();
  }
}

/** What SPR does not tell of a packet, ICMP and DNS in our words, its bytes do. */
function readSpr(line: string): ReadEvent | undefined {
  const read = parseSpr(line);
  if (read?.bytes === undefined || read.event.kind === "undecoded") return read;
  const isV6 = (read.bytes[0] ?? 0) >> 4 === 6;
  const { layers } = decodeNetwork(read.bytes, isV6 ? ETHER_TYPE.ipv6 : ETHER_TYPE.ipv4);
  return { ...read, event: inOrder({ ...layers, ...read.event }) };
}

/** Of bytes in base64 that fill a packet, and all that is told beside them. */
const LINE_BYTES_MAX = 1024 * 1024;

function lineReader(parse: (line: string) => ReadEvent | undefined): EventReader {
  const cutter = createLineCutter(LINE_BYTES_MAX);
  const { add, unread } = createUnreadCount();
  let number = 0;

  function eventsIn(all: readonly Buffer[]): ReadEvent[] {
    return all.flatMap((bytes) => {
      number += 1;
      const line = bytes.toString("utf8");
      if (line.trim() === "") return [];
      const read = parse(line);
      if (read !== undefined) return [read];
      add(number);
      return [];
    });
  }

  return {
    push: (chunk) => eventsIn(cutter.push(chunk)),
    end: () => eventsIn(cutter.end()),
    unread,
  };
}

/** What is in the kernel log beside packets is passed over; only where nothing spoke for a log is it none without them. */
function kernelReader(options: KernelLogOptions, isGuess: boolean): EventReader {
  const reader = createKernelLogReader({ mayBeBare: true, ...options });
  let isFound = false;
  const found = (events: ReturnType<typeof reader.end>): ReadEvent[] => {
    isFound ||= events.length > 0;
    return events.map((event) => ({ event }));
  };
  return {
    push: (chunk) => found(reader.push(chunk)),
    end: () => found(reader.end()),
    unread() {
      const unread = reader.unread();
      const isKnown = !isGuess || isFound || unread.lines > 0;
      return isKnown ? unread : { ...unread, problem: "it is in no format that is known" };
    },
  };
}

function captureReader(): EventReader {
  const reader = createCaptureReader();
  let problem: string | undefined;
  return {
    push: (chunk) => {
      const packets = reader.push(chunk);
      problem = reader.problem();
      return packets.map(fromCapture);
    },
    end: () => {
      problem = reader.end();
      return [];
    },
    unread: () => (problem === undefined ? NOTHING : { ...NOTHING, problem }),
  };
}
