import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import type { OpenStoreReader } from "../core/store/reader.ts";
import type { Arrival, InspectSource } from "../inspect/source.ts";
import { type ConvertWish, readerFor, type Source, tellUnread } from "./convert-packets.ts";
import { type QueryWish, queryPackets } from "./query-packets.ts";
import { isThere, openInput } from "./read-input.ts";
import { busLines, type ConnectLines } from "./stream-bus.ts";

type FilesWish = Pick<ConvertWish, "files" | "from" | "clock">;

/** The events of files, one file after the other, in any of the formats that are read; "-" is standard input. */
export function sourceOfFiles(host: Host, wish: FilesWish): InspectSource {
  return {
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
      const wish = { socket, prefixes: [], after: 0 };
      for await (const lines of busLines(connect, wish, signal)) yield lines.map(arrivalOfOurs);
    },
  };
}

const STORED_AT_ONCE = 1000;

/** What a store holds of what was asked for. */
export function sourceOfStore(host: Host, open: OpenStoreReader, wish: QueryWish): InspectSource {
  return {
    name: "store",
    open: async function* (signal, say) {
      const { arrivalOfOurs } = await import("../inspect/source.ts");
      const found = await queryPackets(host, open, wish, say);
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

export interface LiveWish {
  /** What starts this program. */
  readonly program: readonly string[];
  /** None: what `packets stream` reads then. */
  readonly groups: readonly number[];
  readonly netns: string | undefined;
}

const PAYLOAD = ["--payload", "base64", "--payload-max", "512"];

/** What the stream says comes among what it writes: from when on it listens, what it leaves out. */
const TOGETHER = ["-c", 'exec "$@" 2>&1', "sh"];

/** What is logged from now on: a `netlogctl packets stream` of its own reads it. */
export function sourceOfGroups(host: Host, { program, groups, netns }: LiveWish): InspectSource {
  const of = groups.length === 0 ? [] : ["--group", groups.join(",")];
  const where = netns === undefined ? [] : ["--netns", netns];
  const words = [...TOGETHER, ...program, "packets", "stream", "--json", ...PAYLOAD, ...of, ...where];
  return {
    name: groups.length === 0 ? "live" : `NFLOG group ${groups.join(", ")}`,
    open: async function* (signal, say) {
      const { arrivalOfStream } = await import("../inspect/read-arrivals.ts");
      let said = "";
      try {
        for await (const line of host.openLines("sh", words, signal)) {
          const arrival = arrivalOfStream(line);
          if (arrival !== undefined) yield [arrival];
          else said = heard(said, line, say);
        }
      } catch (error) {
        throw error instanceof HostError ? faultIn(said) : error;
      }
    },
  };
}

const OURS = "netlogctl: ";

/** A line of talk is told; others are of the fault that ends it. */
function heard(said: string, line: string, say: (line: string) => void): string {
  if (line.startsWith(OURS)) say(line.slice(OURS.length));
  return `${said}${line}\n`.slice(-4096);
}

/** With --json a fault is the last that is written. */
function faultIn(said: string): Fault {
  const [, message = "packets cannot be read"] = /"message": (".*")/.exec(said) ?? [];
  const [, remedy = '"try netlogctl packets stream"'] = /"remedy": (".*")/.exec(said) ?? [];
  return new Fault("refused", textIn(message), textIn(remedy));
}

function textIn(json: string): string {
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}
