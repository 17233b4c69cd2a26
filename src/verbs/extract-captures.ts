import type { CopyWriter } from "../core/capture/copy-writer.ts";
import type { Span } from "../core/capture/find.ts";
import { linkName } from "../core/capture/link-name.ts";
import type { MergeSource } from "../core/capture/merge.ts";
import { momentText } from "../core/event/time-text.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import type { CapturedPacket } from "../core/pcap/captured.ts";
import { faultOfHost } from "./host-faults.ts";
import type { CaptureInDirectory } from "./list-captures.ts";
import { openInput } from "./read-input.ts";
import type { Say } from "./scratch.ts";

/** A capture to be read: that of a directory tells when it begins. */
type CaptureToRead = Pick<CaptureInDirectory, "path"> & Partial<Pick<CaptureInDirectory, "index" | "begun">>;

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

/** A packet may have come so long before the one that a file was begun with. */
const EARLY_SECONDS = 60;

/** Writes the packets of captures that were asked for into one capture, in the order of their times. @throws Fault */
export async function extractCaptures(
  host: Host,
  wish: ExtractWish,
  { say, signal }: { readonly say: Say; readonly signal: AbortSignal },
): Promise<Extracted> {
  const isWanted = await testOf(wish);
  const { createCopyWriter } = await import("../core/capture/copy-writer.ts");
  const writer = createCopyWriter();
  const read = new Reading(host, say, signal);
  const sources = [...wish.captures].map((capture) => read.sourceOf(capture));
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
    if (writer.linkTypes.size > 1 && !isMixed) throw mixed([...writer.linkTypes]);
    count.packets += wanted.length;
    count.bytes += bytes.length;
    if (bytes.length > 0) yield bytes;
  }
}

function mixed(types: readonly number[]): Fault {
  const names = types.map(linkName).join(" and ");
  return new Fault(
    "bad-input",
    `the captures are of different link types: ${names}`,
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

/** Reads captures, and tells of those that are none, or not whole. */
class Reading {
  readonly #host: Host;
  readonly #say: Say;
  readonly #signal: AbortSignal;

  constructor(host: Host, say: Say, signal: AbortSignal) {
    this.#host = host;
    this.#say = say;
    this.#signal = signal;
  }

  sourceOf(capture: CaptureToRead): MergeSource {
    const { index, begun, path } = capture;
    const first = index?.first === undefined ? undefined : Math.floor(Date.parse(index.first) / 1000);
    const named = begun === undefined ? undefined : begun / 1000 - EARLY_SECONDS;
    return { from: first ?? named, open: () => this.#packetsOf(path) };
  }

  async *#packetsOf(path: string): AsyncGenerator<readonly CapturedPacket[]> {
    const { createCaptureReader } = await import("../core/pcap/read.ts");
    const reader = createCaptureReader();
    let count = 0;
    for await (const chunk of openInput(this.#host, path, this.#signal)) {
      const packets = reader.push(chunk);
      count += packets.length;
      yield packets;
      if (reader.problem() !== undefined) break;
    }
    if (this.#signal.aborted) throw new Fault("interrupted", "interrupted: nothing was written", "run it again");
    const problem = reader.end();
    if (problem === undefined) return;
    if (count === 0)
      throw new Fault("bad-input", `${path} is no capture: ${problem}`, "name captures in pcap or pcapng");
    this.#say(`${path}: ${problem}: what stands before that is taken, packets: ${count}`);
  }
}
