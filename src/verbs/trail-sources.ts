import type { NetlogEvent } from "../core/event/event.ts";
import type { ReadEvent } from "../core/event/read-events.ts";
import { isTopicOf } from "../core/event/topic.ts";
import type { Look, TrailSource } from "../core/event/trail/source.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import { rangeOf } from "../core/store/address-key.ts";
import type { OpenStoreReader, StoreQuery } from "../core/store/reader.ts";
import { storedEvent } from "../core/store/stored-event.ts";
import { type ConvertWish, readerFor, type Source, tellUnread } from "./convert-packets.ts";
import { openInput } from "./read-input.ts";

const UNREAD =
  "give events, captures or the kernel log; packets convert --from FORMAT makes events of what is not known";

/** Beyond that, all is looked at. */
const ADDRESSES_MAX = 64;

/** What a store holds; what is broken in it is told and left out. */
export async function trailOfStore(
  host: Host,
  open: OpenStoreReader,
  file: string,
  onBroken: (text: string) => void,
): Promise<TrailSource> {
  const reader = await open(host, file, (text) => onBroken(`${file}: ${text}`));
  return {
    async *events(look) {
      for (const { line } of reader.events(queryOf(look))) {
        const event = storedEvent(line);
        if (event !== undefined) yield event;
      }
    },
    close: () => reader.close(),
  };
}

function queryOf({ since, until, hasPackets, addresses, needles, isMeant }: Look): StoreQuery {
  const lists = addresses.map((list) => list.map(rangeOf).filter((range) => range !== undefined));
  const isFew = lists.length > 0 && lists.every(({ length }) => length > 0 && length <= ADDRESSES_MAX);
  return {
    ...{ since, until, addresses: isFew ? lists : undefined },
    topic: hasPackets ? undefined : (topic) => isTopicOf("flows", topic),
    isWanted: (line) => {
      if (needles.length > 0 && !needles.some((all) => all.every((text) => line.includes(text)))) return false;
      const event = storedEvent(line);
      return event !== undefined && isMeant(event);
    },
  };
}

type FilesWish = Pick<ConvertWish, "files" | "from" | "clock">;

/** What files hold, in any of the formats that are read; "-" is standard input. What is no event is told at the first look. */
export function trailOfFiles(host: Host, wish: FilesWish, say: (line: string) => void): TrailSource {
  const { signal } = new AbortController();
  const input = new HeldInput(host, signal);

  async function* readsOf(file: string, sources: Source[]): AsyncGenerator<readonly ReadEvent[]> {
    const reader = await readerFor(host, wish);
    sources.push({ name: file === "-" ? "standard input" : file, unread: reader.unread });
    for await (const chunk of file === "-" ? input.chunks() : openInput(host, file, signal)) {
      yield reader.push(chunk);
      if (reader.unread().problem !== undefined) break;
    }
    yield reader.end();
  }

  return {
    async *events(look) {
      const sources: Source[] = [];
      let count = 0;
      for (const file of wish.files) {
        for await (const reads of readsOf(file, sources)) {
          count += reads.length;
          yield* reads.map(({ event }) => event).filter((event) => isLookedAt(event, look));
        }
      }
      if (look.isFirst) tellUnread(sources, count, say, UNREAD);
    },
    close: () => {},
  };
}

function isLookedAt(event: NetlogEvent, { since = "", until = "~", hasPackets, isMeant }: Look): boolean {
  if (event.ts < since || event.ts > until) return false;
  if (event.kind === "loss") return true;
  return (hasPackets || event.kind === "flow") && isMeant(event);
}

/** What is held of standard input, which can be read only once. */
const HELD_BYTES_MAX = 256 * 1024 * 1024;

class HeldInput {
  readonly #host: Host;
  readonly #signal: AbortSignal;
  #held: Buffer[] | undefined;

  constructor(host: Host, signal: AbortSignal) {
    this.#host = host;
    this.#signal = signal;
  }

  /** The same each time. @throws Fault if there is too much of it */
  async *chunks(): AsyncGenerator<Buffer> {
    if (this.#held === undefined) {
      const held: Buffer[] = [];
      let size = 0;
      for await (const chunk of openInput(this.#host, "-", this.#signal)) {
        size += chunk.length;
        if (size > HELD_BYTES_MAX) throw new Fault("refused", "standard input is longer than 256 MiB", "name a file");
        held.push(Buffer.from(chunk));
      }
      this.#held = held;
    }
    yield* this.#held;
  }
}
