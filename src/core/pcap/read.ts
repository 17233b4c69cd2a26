import { Fault } from "../model/fault.ts";
import { createBlocks, SECTION_HEADER } from "./blocks.ts";
import type { Captured, CapturedPacket, Parts } from "./captured.ts";
import { createRecords } from "./records.ts";

export type { Captured } from "./captured.ts";

/** The packets of a capture: pcap (pcap-savefile(5)) or pcapng (draft-ietf-opsawg-pcapng), of either byte order. */
export function readCapture(bytes: Buffer, source: string): Captured[] {
  const reader = createCaptureReader();
  const packets = reader.push(bytes);
  const problem = reader.end();
  if (problem === undefined) return packets.map(({ linkType, bytes: packet }) => ({ linkType, bytes: packet }));
  throw new Fault("bad-input", `${source} is no capture: ${problem}`, "make one: tcpdump -w FILE");
}

/** Reads a capture piece by piece, in bounded memory, whatever the bytes are. */
export interface CaptureReader {
  push(chunk: Buffer): CapturedPacket[];
  /** What is wrong so far: nothing more can be read then. */
  problem(): string | undefined;
  /** What is wrong with the capture, behind the packets that were read. */
  end(): string | undefined;
}

const START_BYTES = 24;

export function createCaptureReader(): CaptureReader {
  let held: Buffer[] = [];
  let size = 0;
  let needs = START_BYTES;
  let parts: Parts | undefined;
  let problem: string | undefined;

  function take(chunk: Buffer): Buffer | undefined {
    held.push(chunk);
    size += chunk.length;
    return size < needs ? undefined : Buffer.concat(held);
  }

  function keep(rest: Buffer): void {
    held = [rest];
    size = rest.length;
  }

  function* packetsIn(bytes: Buffer, from: Parts): Generator<CapturedPacket> {
    let at = 0;
    let step = from.next(bytes);
    while ("taken" in step) {
      if (step.packet !== undefined) yield step.packet;
      at += step.taken;
      step = from.next(bytes.subarray(at));
    }
    if ("needs" in step) needs = step.needs;
    else problem = step.problem;
    keep(bytes.subarray(at));
  }

  return {
    push(chunk) {
      const bytes = problem === undefined ? take(chunk) : undefined;
      if (bytes === undefined) return [];
      parts ??= partsOf(bytes);
      if (parts !== undefined) return [...packetsIn(bytes, parts)];
      problem = "it begins as neither pcap nor pcapng does";
      return [];
    },
    problem: () => problem,
    end() {
      if (problem !== undefined) return problem;
      if (parts === undefined) return "it is too short";
      return size === 0 ? undefined : parts.cutOff();
    },
  };
}

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;

/** Whether a file begins as a capture does, by its first four bytes. */
export function isCapture(start: Buffer): boolean {
  return start.length >= 4 && partsOf(start) !== undefined;
}

function partsOf(start: Buffer): Parts | undefined {
  if (start.readUInt32LE(0) === SECTION_HEADER) return createBlocks();
  for (const isBig of [true, false]) {
    const magic = isBig ? start.readUInt32BE(0) : start.readUInt32LE(0);
    if (magic === MICROSECONDS) return createRecords({ isBig, tickNanoseconds: 1000 });
    if (magic === NANOSECONDS) return createRecords({ isBig, tickNanoseconds: 1 });
  }
  return undefined;
}
