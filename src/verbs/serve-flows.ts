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

  private constructor(host: Host, stream: FlowStream & WithLines, say: Say) {
    this.#host = host;
    this.#stream = stream;
    this.#say = say;
  }

  /** Opens a reader of them, if they are wished. @throws Fault */
  static async open(host: Host, read: ReadFlows, settings: ServeSettings, say: Say): Promise<ServedFlows | undefined> {
    const wish = wishOf(settings);
    if (wish === undefined) return undefined;
    const stream = await read(await flowListeningOf(host, wish), await withNames(host, wish.telling));
    tellRoom(stream, settings.roomBytes, say);
    return new ServedFlows(host, stream, say);
  }

  stop(): void {
    this.#stream.stop();
  }

  /** Hands on whole lines as they come, until the end; then it says what was lost. */
  async take(take: (lines: Buffer) => void): Promise<void> {
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
