import type { CopyWriter } from "../core/capture/copy-writer.ts";
import type { Span } from "../core/capture/find.ts";
import { linkName } from "../core/capture/link-name.ts";
import type { MergeSource } from "../core/capture/merge.ts";
import { momentText } from "../core/event/time-text.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import type { CapturedPacket } from "../core/pcap/captured.ts";
import { CaptureReading } from "./capture-reading.ts";
import { faultOfHost } from "./host-faults.ts";
import type { CaptureInDirectory } from "./list-captures.ts";
import type { Say } from "./scratch.ts";

/** A capture to be read: that of a directory tells when it begins, and how large it is. */
export type CaptureToRead = Pick<CaptureInDirectory, "path"> &
  Partial<Pick<CaptureInDirectory, "name" | "index" | "begun" | "bytes">>;

export interface ExtractWish extends Span {
  readonly captures: Iterable<CaptureToRead>;
  /** An expression that has to hold (where.ts). */
  readonly where: string | undefined;
  /** Globs of prefixes; none: all. */
  readonly prefixes: readonly string[];
  /** The file to write; "-" is standard output. */
  readonly output: string;
  /** Whether packets of several link types may stand in it, which libpcap does not read. */
  readonly isMixed: boolean;
}

/** What was written. */
export interface Extracted {
  readonly packets: number;
  readonly files: number;
  readonly bytes: number;
}

export interface ExtractOptions {
  readonly say: Say;
  readonly signal: AbortSignal;
  /** Told now and then how much was read, and of how much, where that is known. */
  readonly onRead?: (bytes: number, of: number | undefined) => void;
}

/**
 * Writes the packets of captures that were asked for into one capture, in the order of their times. Nothing is written where
 * one of them is none, or they begin with packets of several link types. @throws Fault
 */
export async function extractCaptures(host: Host, wish: ExtractWish, options: ExtractOptions): Promise<Extracted> {
  const isWanted = await testOf(wish);
  const { createCopyWriter } = await import("../core/capture/copy-writer.ts");
  const writer = createCopyWriter();
  const captures = [...wish.captures];
  const read = new CaptureReading(host, captures, options);
  const sources: MergeSource[] = [];
  const links = new Set<string>();
  for (const capture of captures) {
    const { link, source } = await read.looked(capture);
    sources.push(source);
    if (link !== undefined) links.add(link);
  }
  if (links.size > 1 && !wish.isMixed) throw mixed([...links]);
  if (sources.length === 0) {
    throw new Fault(
      "not-found",
      "no capture holds anything of that time",
      "netlogctl capture list shows what there is",
    );
  }
  const count = { packets: 0, bytes: 0 };
  try {
    await host.writeOutput(wish.output, extracted(sources, { isWanted, writer, isMixed: wish.isMixed, count }));
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, "write the capture") : error;
  }
  return { ...count, files: sources.length };
}

type Wanted = (packet: CapturedPacket) => boolean;

interface Extraction {
  readonly isWanted: Wanted;
  readonly writer: CopyWriter;
  readonly isMixed: boolean;
  readonly count: { packets: number; bytes: number };
}

async function* extracted(
  sources: readonly MergeSource[],
  { isWanted, writer, isMixed, count }: Extraction,
): AsyncGenerator<Buffer> {
  const { mergeByTime } = await import("../core/capture/merge.ts");
  count.bytes += writer.header.length;
  yield writer.header;
  for await (const packets of mergeByTime(sources)) {
    const wanted = packets.filter(isWanted);
    const bytes = Buffer.concat(wanted.map((packet) => writer.encode(packet)));
    if (writer.linkTypes.size > 1 && !isMixed) throw mixed([...writer.linkTypes].map(linkName));
    count.packets += wanted.length;
    count.bytes += bytes.length;
    if (bytes.length > 0) yield bytes;
  }
}

function mixed(links: readonly string[]): Fault {
  return new Fault(
    "bad-input",
    `the captures are of different link types: ${links.join(" and ")}`,
    "extract them one by one; or add --mixed, if what reads it is Wireshark or tshark",
  );
}

/** What is asked of a packet: its time first, as that is known without decoding it. */
async function testOf({ since, until, where, prefixes }: ExtractWish): Promise<Wanted> {
  const { fromCapture } = await import("../core/event/from-capture.ts");
  const { compileGlob } = await import("../core/event/where/glob.ts");
  const holds = where === undefined ? undefined : (await import("../core/event/where.ts")).parseWhere(where);
  const globs = prefixes.map(compileGlob);
  const isInSpan: Wanted = ({ moment }) => {
    if (moment === undefined) return since === undefined && until === undefined;
    const ts = momentText(moment);
    return (since === undefined || ts >= since) && (until === undefined || ts <= until);
  };
  if (holds === undefined && globs.length === 0) return isInSpan;
  return (packet) => {
    if (!isInSpan(packet)) return false;
    const { event } = fromCapture(packet);
    const hasPrefix = globs.length === 0 || globs.some((matches) => matches(event.prefix.trim()));
    return hasPrefix && (holds === undefined || holds(event));
  };
}
