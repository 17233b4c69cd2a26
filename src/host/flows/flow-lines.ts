import { ByteWriter } from "../../core/event/fast/byte-writer.ts";
import { FlowEvents } from "../../core/event/fast/flow-events.ts";
import { FlowWriter } from "../../core/event/fast/flow-writer.ts";
import { type Loss, lossEvent } from "../../core/event/pipeline.ts";
import type { Moment } from "../../core/event/time-text.ts";
import type { FlowChange, FlowListening } from "../../core/model/flow-stream.ts";
import type { ConntrackMessage } from "../../core/netlink/conntrack-message.ts";
import type { ReaderTelling } from "../thread/reader-telling.ts";
import type { ReaderParts } from "../thread/run-thread.ts";

const OUTPUT_BYTES = 512 * 1024;
/** The longest line that is written straight. */
const LINE_BYTES_MAX = 16 * 1024;

const LOST = "the receive buffer was full: what is read was written more slowly than it came";

/** What is told of flows, as lines that are collected and written many at once. */
export class FlowLines {
  /** When that was read which is told. */
  now: Moment = { seconds: 0, nanoseconds: 0 };
  readonly #parts: ReaderParts<FlowListening>;
  readonly #place: { readonly host: string; readonly netns?: string };
  readonly #out = new ByteWriter(OUTPUT_BYTES);
  readonly #writer: FlowWriter;
  readonly #events: FlowEvents;
  #telling: ReaderTelling;
  #wanted: Wanted;
  #told = 0;

  constructor(parts: ReaderParts<FlowListening>) {
    const { host, netns } = parts.wish;
    this.#parts = parts;
    this.#place = netns === undefined ? { host } : { host, netns };
    this.#writer = new FlowWriter(this.#out, this.#place);
    this.#events = new FlowEvents(this.#place);
    this.#telling = parts.telling;
    this.#wanted = wantedOf(parts.wish);
  }

  /** Whether as many were told as were asked for. */
  get isFull(): boolean {
    return this.#told >= (this.#parts.countMax ?? Number.POSITIVE_INFINITY);
  }

  /** Tells others from now on, or otherwise. */
  retell(wish: FlowListening, telling: ReaderTelling | undefined): void {
    this.#wanted = wantedOf(wish);
    if (telling !== undefined) this.#telling = telling;
  }

  tell(message: ConntrackMessage, change: FlowChange, isResync: boolean, beganUs: number): void {
    if (this.#wanted[change][message.orig.protocol] !== 1 || this.isFull) return;
    if (this.#writeStraight(message, change, isResync, beganUs)) {
      this.#told += 1;
      return;
    }
    const event = this.#events.eventOf(message, { moment: this.now, change, isResync, beganUs });
    const line = this.#telling.lines.lineOf(event, undefined);
    if (line === undefined) return;
    this.#write(line);
    this.#told += 1;
  }

  /** Where the lines have no word for it, a person is told. */
  tellLoss(loss: Pick<Loss, "ts" | "count" | "since" | "until">): void {
    const { lines } = this.#telling;
    if (!lines.canTell("loss")) this.#parts.note(`${loss.count} events were lost since ${loss.since}: ${LOST}`);
    const { ts, count, ...when } = loss;
    const line = lines.lineOfLoss(lossEvent({ ts, ...this.#place, count, why: LOST, source: "conntrack", ...when }));
    if (line !== undefined) this.#write(line);
  }

  flush(): void {
    if (this.#out.at === 0) return;
    this.#parts.output.write(this.#out.bytes.subarray(0, this.#out.at));
    this.#out.at = 0;
  }

  #writeStraight(message: ConntrackMessage, change: FlowChange, isResync: boolean, beganUs: number): boolean {
    if (this.#telling.lines.atOnce !== "default" || message.hasMore) return false;
    if (!this.#out.hasRoom(LINE_BYTES_MAX)) this.flush();
    this.#writer.write(message, change, isResync, beganUs, this.now);
    return true;
  }

  #write(line: string): void {
    const most = line.length * 3;
    if (!this.#out.hasRoom(most)) this.flush();
    if (this.#out.hasRoom(most)) this.#out.text(line);
    else this.#parts.output.write(Buffer.from(line));
  }
}

/** Of each change, which protocols are told. */
type Wanted = Readonly<Record<FlowChange, Uint8Array>>;

function wantedOf({ wanted }: FlowListening): Wanted {
  const table = (numbers: readonly number[]): Uint8Array => {
    const all = new Uint8Array(256);
    for (const number of numbers) all[number] = 1;
    return all;
  };
  const { new: began, update, destroy, listed } = wanted;
  return { new: table(began), update: table(update), destroy: table(destroy), listed: table(listed) };
}
