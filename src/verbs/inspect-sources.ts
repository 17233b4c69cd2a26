import type { Host } from "../core/model/host.ts";
import type { LinePipe, OpenPacketStream, Telling } from "../core/model/packet-stream.ts";
import type { OpenStoreReader } from "../core/store/reader.ts";
import type { Arrival, InspectSource } from "../inspect/source.ts";
import { type ConvertWish, readerFor, type Source, tellUnread } from "./convert-packets.ts";
import { LISTENING } from "./listening.ts";
import { type QueryWish, queryStore } from "./query-store.ts";
import { isThere, openInput } from "./read-input.ts";
import { busLines, type ConnectLines } from "./stream-bus.ts";
import { streamPackets } from "./stream-packets.ts";

type FilesWish = Pick<ConvertWish, "files" | "from" | "clock">;

/** The events of files, one file after the other, in any of the formats that are read; "-" is standard input. */
export function sourceOfFiles(host: Host, wish: FilesWish): InspectSource {
  return {
    isClosed: wish.files.every((file) => file !== "-"),
    name: wish.files.map((file) => (file === "-" ? "standard input" : file)).join(" "),
    open: async function* (signal, say) {
      const sources: Source[] = [];
      let count = 0;
      for (const file of wish.files) {
        for await (const arrivals of arrivalsOf(host, file, wish, { sources, signal })) {
          count += arrivals.length;
          yield arrivals;
        }
      }
      if (!signal.aborted) tellUnread(sources, count, say);
    },
  };
}

interface Reading {
  readonly sources: Source[];
  readonly signal: AbortSignal;
}

async function* arrivalsOf(
  host: Host,
  file: string,
  wish: FilesWish,
  { sources, signal }: Reading,
): AsyncGenerator<readonly Arrival[]> {
  const { createArrivalReader } = await import("../inspect/read-arrivals.ts");
  const reader = await readerFor(host, wish);
  const arrivals = createArrivalReader(reader, wish.from);
  for await (const chunk of openInput(host, file, signal)) {
    yield arrivals.push(chunk);
    if (reader.unread().problem !== undefined) break;
  }
  yield arrivals.end();
  sources.push({ name: file === "-" ? "standard input" : file, unread: reader.unread });
}

/** What a log service tells: all that it still has, then what comes. */
export function sourceOfBus(connect: ConnectLines, socket: string): InspectSource {
  return {
    name: "log service",
    open: async function* (signal) {
      const { arrivalOfOurs } = await import("../inspect/source.ts");
      const wish = { socket, topics: ["nft:*", "ct:*"], after: 0 };
      for await (const lines of busLines(connect, wish, signal)) yield lines.map(arrivalOfOurs);
    },
  };
}

const STORED_AT_ONCE = 1000;

/** What a store holds of what was asked for. */
export function sourceOfStore(host: Host, open: OpenStoreReader, wish: QueryWish): InspectSource {
  return {
    name: "store",
    isClosed: true,
    open: async function* (signal, say) {
      const { arrivalOfOurs } = await import("../inspect/source.ts");
      const found = await queryStore(host, open, wish, say);
      try {
        let arrivals: Arrival[] = [];
        for (const { line } of found.lines()) {
          arrivals.push(arrivalOfOurs(line));
          if (arrivals.length < STORED_AT_ONCE) continue;
          yield arrivals;
          arrivals = [];
          await new Promise((go) => setImmediate(go)); // keys are answered in between
          if (signal.aborted) return;
        }
        yield arrivals;
      } finally {
        found.close();
      }
    },
  };
}

/** Whether a log service listens there, as far as its socket tells. */
export async function hasBus(host: Host, socket: string): Promise<boolean> {
  return await isThere(host, socket);
}

export interface LiveParts {
  readonly open: OpenPacketStream;
  readonly openPipe: () => Promise<LinePipe>;
}

const TELLING: Telling = {
  ...{ format: "json", fields: "default", payload: { encoding: "base64", bytesMax: 512 }, prefixes: [] },
  ...{ where: undefined, hasCommunityId: false, hasProgram: false, names: undefined },
  ...{ isForTerminal: false, hasColour: false, countMax: undefined },
};

/** What is logged from now on to these groups; to none: to what `packets stream` reads then. */
export function sourceOfGroups(host: Host, { open, openPipe }: LiveParts, groups: readonly number[]): InspectSource {
  return {
    name: groups.length === 0 ? "live" : `NFLOG group ${groups.join(", ")}`,
    open: async function* (signal, say) {
      const { arrivalOfOurs } = await import("../inspect/source.ts");
      const pipe = await openPipe();
      const wish = { groups: groups.length === 0 ? undefined : groups, settings: LISTENING, telling: TELLING };
      const onStart = (held: readonly number[]): void => say(`reading NFLOG group ${held.join(", ")}`);
      const ended = streamPackets(host, open, { ...wish, file: pipe.file }, { say, signal, onStart }).then(
        () => pipe.end(),
        async (error) => {
          await pipe.breakOff();
          throw error;
        },
      );
      ended.catch(() => {}); // it is told behind the last line
      for await (const lines of pipe.lines) {
        yield lines.toString("utf8").split("\n").slice(0, -1).map(arrivalOfOurs);
      }
      await ended;
    },
  };
}
