import { linkName } from "../core/capture/link-name.ts";
import type { MergeSource } from "../core/capture/merge.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { CapturedPacket } from "../core/pcap/captured.ts";
import type { CaptureToRead, ExtractOptions } from "./extract-captures.ts";
import { openInput } from "./read-input.ts";

/** A packet may have come so long before the one that a file was begun with. */
const EARLY_SECONDS = 60;
/** So much is read before it is told of anew. */
const TOLD_BYTES = 8 * 2 ** 20;

type Packets = AsyncGenerator<readonly CapturedPacket[]>;

/** A capture that can be merged, and the link type that it begins with; undefined where it holds no packet. */
interface Looked {
  readonly source: MergeSource;
  readonly link: string | undefined;
}

/** Reads captures, and tells of those that are none, or not whole. */
export class CaptureReading {
  readonly #host: Host;
  readonly #options: ExtractOptions;
  readonly #of: number | undefined;
  readonly #leftOut = new Set<string>();
  #read = 0;
  #told = 0;

  constructor(host: Host, captures: readonly CaptureToRead[], options: ExtractOptions) {
    this.#host = host;
    this.#options = options;
    const of = captures.reduce((sum, { bytes = Number.NaN }) => sum + bytes, 0);
    this.#of = Number.isNaN(of) ? undefined : of;
  }

  /** Looks at the beginning of a capture, unless its index tells of it. @throws Fault for what is none */
  async looked({ name, path, index, begun }: CaptureToRead): Promise<Looked> {
    const open = (): Packets =>
      name === undefined ? this.#packetsOf(path) : this.#passOver(this.#packetsOf(path), path);
    if (index !== undefined) {
      const first = Math.floor(Date.parse(index.first ?? "") / 1000);
      const from = Number.isNaN(first) ? undefined : first;
      return { source: { from, open }, link: index.packets === 0 ? undefined : index.link };
    }
    const packets = open();
    const first = await firstOf(packets);
    const link = first?.[0] && linkName(first[0].linkType);
    // What was named may be a pipe, which is read once; it is due at once, too.
    if (begun === undefined) return { source: { from: undefined, open: () => joined(first, packets) }, link };
    await packets.return(undefined);
    return { source: { from: begun / 1000 - EARLY_SECONDS, open }, link };
  }

  /** What a directory has under the name of a capture need not be one, and a ring deletes while it is read. */
  async *#passOver(packets: Packets, path: string): Packets {
    try {
      yield* packets;
    } catch (error) {
      if (!(error instanceof Fault) || error.code === "interrupted") throw error;
      if (!this.#leftOut.has(path)) this.#options.say(`${path} is left out: ${error.message}`);
      this.#leftOut.add(path);
    }
  }

  async *#packetsOf(path: string): Packets {
    const { createCaptureReader } = await import("../core/pcap/read.ts");
    const { signal, say } = this.#options;
    const reader = createCaptureReader();
    let count = 0;
    for await (const chunk of openInput(this.#host, path, signal)) {
      this.#tell(chunk.length);
      const packets = reader.push(chunk);
      count += packets.length;
      yield packets;
      if (reader.problem() !== undefined) break;
    }
    if (signal.aborted) throw new Fault("interrupted", "interrupted: nothing was written", "run it again");
    const problem = reader.end();
    if (problem === undefined) return;
    if (count === 0)
      throw new Fault("bad-input", `${path} is no capture: ${problem}`, "name captures in pcap or pcapng");
    say(`${path}: ${problem}: what stands before that is taken, packets: ${count}`);
  }

  #tell(bytes: number): void {
    this.#read += bytes;
    if (this.#read - this.#told < TOLD_BYTES) return;
    this.#told = this.#read;
    this.#options.onRead?.(this.#read, this.#of);
  }
}

async function firstOf(packets: Packets): Promise<readonly CapturedPacket[] | undefined> {
  for (let next = await packets.next(); next.done !== true; next = await packets.next()) {
    if (next.value.length > 0) return next.value;
  }
  return undefined;
}

async function* joined(first: readonly CapturedPacket[] | undefined, rest: Packets): Packets {
  if (first === undefined) return;
  yield first;
  yield* rest;
}
