import { NflogWriter } from "../../core/event/fast/nflog-writer.ts";
import { lossEvent } from "../../core/event/pipeline.ts";
import { momentText } from "../../core/event/time-text.ts";
import type { GroupHeld, Listening, StreamEnd, StreamStart } from "../../core/model/packet-stream.ts";
import { readClock } from "../libc.ts";
import type { ReaderTelling } from "../thread/reader-telling.ts";
import type { ReaderParts, ThreadReader } from "../thread/run-thread.ts";
import { GroupReader, INPUT_BYTES } from "./group-reader.ts";

/** Reads NFLOG groups and writes a line for each packet, until its end is asked for: then the groups are free, and all that came is written. */
export class PacketReader implements ThreadReader<Listening, StreamEnd> {
  readonly #options: ReaderParts<Listening>;
  readonly #groups: GroupReader;
  #writer!: NflogWriter;
  #telling: ReaderTelling;
  #dropsTold = 0;

  constructor(options: ReaderParts<Listening>) {
    this.#options = options;
    this.#telling = options.telling;
    this.#groups = new GroupReader(options.wish, options, (interfaceName) => {
      this.#writer = this.#writerFor(interfaceName);
      return this.#writer;
    });
  }

  #writerFor(interfaceName: (index: number) => string | undefined): NflogWriter {
    const { wish, countMax, telling, output } = this.#options;
    const { host, netns } = wish;
    const around = { host, ...(netns === undefined ? {} : { netns }) };
    return new NflogWriter(
      INPUT_BYTES,
      { ...around, interfaceName, ...writerTelling(telling), linesMax: countMax ?? Number.POSITIVE_INFINITY },
      {
        flush: (bytes) => output.write(bytes),
        lineOf: (event, bytes) => this.#telling.lines.lineOf(event, bytes),
        lossLine: (group, { from, to, count }) => {
          this.#dropsTold = this.#groups.drops;
          const why = "the receive buffer was full: what is read was written or decoded more slowly than it came";
          const loss = lossEvent({ ts: momentText(readClock()), ...around, group, count, from, to, why });
          return this.#telling.lines.lineOfLoss(loss) ?? "";
        },
      },
    );
  }

  get wake(): number {
    return this.#groups.wake;
  }

  /** @throws GroupHeld, or what the kernel says; then nothing is held */
  listen(): void {
    this.#groups.listen();
  }

  get start(): StreamStart {
    return this.#groups.start;
  }

  /** Reads until the end, or until it is to pause: undefined. Whatever happens at the end, the groups are free then. */
  run(): StreamEnd | undefined {
    try {
      if (!this.#groups.run(() => -1)) return undefined;
      const end = this.#end();
      this.#groups.close();
      return end;
    } catch (error) {
      this.#groups.close();
      throw error;
    }
  }

  /** Listens otherwise from now on, and tells otherwise; the groups that it was not given. */
  adjust(listening: Listening, telling: ReaderTelling = this.#telling): readonly GroupHeld[] {
    this.#groups.resume();
    const held = this.#groups.adjust(listening);
    this.#telling = telling;
    this.#writer.retell(writerTelling(telling));
    return held;
  }

  #end(): StreamEnd {
    const droppedAtEnd = this.#groups.drops - this.#dropsTold;
    return { groups: this.#groups.tallies, droppedAtEnd, unwrittenBytes: this.#options.output.unwrittenBytes };
  }
}

function writerTelling({ lines, payload, isWantedPrefix }: ReaderTelling) {
  return { atOnce: lines.atOnce, payload, isWanted: isWantedPrefix };
}
