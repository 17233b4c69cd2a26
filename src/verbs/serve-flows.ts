import { jsonLine, lossEvent } from "../core/event/pipeline.ts";
import { millisecondsText } from "../core/event/time-text.ts";
import type { FlowStream } from "../core/model/flow-stream.ts";
import type { Host } from "../core/model/host.ts";
import type { Telling, WithLines } from "../core/model/packet-stream.ts";
import type { ServeSettings } from "../core/serve/settings.ts";
import type { ReadFlows } from "./list-flows.ts";
import { tellRoom } from "./listening.ts";
import { withNames } from "./read-names.ts";
import type { Say } from "./scratch.ts";
import { type FlowWish, flowListeningOf, tellFlowLosses } from "./stream-flows.ts";

/** The flows that a log service tells. */
export class ServedFlows {
  readonly #host: Host;
  readonly #stream: FlowStream & WithLines;
  readonly #say: Say;
  readonly #untold: string | undefined;

  private constructor(host: Host, stream: FlowStream & WithLines, say: Say, untold: string | undefined) {
    this.#host = host;
    this.#stream = stream;
    this.#say = say;
    this.#untold = untold;
  }

  /**
   * Opens a reader of them, if they are wished.
   * @param lastCursor of what is stored: microseconds since 1970; 0 is nothing
   * @throws Fault
   */
  static async open(
    host: Host,
    read: ReadFlows,
    settings: ServeSettings,
    say: Say,
    lastCursor: number,
  ): Promise<ServedFlows | undefined> {
    const wish = wishOf(settings);
    if (wish === undefined) return undefined;
    const stream = await read(await flowListeningOf(host, wish), await withNames(host, wish.telling));
    tellRoom(stream, settings.roomBytes, say);
    return new ServedFlows(host, stream, say, untoldSince(lastCursor, millisecondsText(Date.now())));
  }

  stop(): void {
    this.#stream.stop();
  }

  /** Hands on whole lines as they come, until the end; then it says what was lost. */
  async take(take: (lines: Buffer) => void): Promise<void> {
    if (this.#untold !== undefined) take(Buffer.from(this.#untold));
    const taking = async (): Promise<void> => {
      for await (const lines of this.#stream.lines) take(lines);
    };
    const [taken, ended] = await Promise.allSettled([taking(), this.#stream.ended]);
    if (ended.status === "rejected") throw ended.reason;
    if (taken.status === "rejected") throw taken.reason;
    if (ended.value !== undefined) tellFlowLosses(ended.value, this.#say);
  }

  /** Tells others from now on, and loses nothing. */
  async adjust(settings: ServeSettings): Promise<void> {
    const wish = wishOf(settings);
    if (wish === undefined) return;
    await this.#stream.adjust(await flowListeningOf(this.#host, wish), await withNames(this.#host, wish.telling));
  }
}

function wishOf({ flows, roomBytes, telling }: ServeSettings): FlowWish | undefined {
  if (flows === undefined) return undefined;
  const told: Telling = { ...telling, payload: undefined };
  return { settings: { ...flows, roomBytes, isOnce: false }, telling: told };
}

/** The line of a loss for the time in which no service ran, since flows may have ended then; undefined where none ran before. */
function untoldSince(lastCursor: number, now: string): string | undefined {
  if (lastCursor === 0) return undefined;
  const since = millisecondsText(lastCursor / 1000);
  const why = "no log service ran: flows that began or ended meanwhile are not told";
  return `${jsonLine(lossEvent({ ts: now, count: 0, source: "conntrack", since, until: now, why }), "default")}\n`;
}
