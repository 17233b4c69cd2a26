import { NflogBlocks } from "../../core/capture/nflog-blocks.ts";
import type { CaptureEnd, CaptureWish, GroupsSource } from "../../core/capture/wish.ts";
import type { StreamStart } from "../../core/model/packet-stream.ts";
import { GroupReader, INPUT_BYTES } from "../packets/group-reader.ts";
import type { LoopParts, ThreadLoop } from "../thread/thread-loop.ts";
import { Recorder } from "./recorder.ts";

/** Captures what is logged to groups, until its end is asked for: then the groups are free, and all that came is written. */
export class GroupCapture implements ThreadLoop<CaptureEnd> {
  readonly #groups: GroupReader;
  readonly #recorder: Recorder;
  #dropsSeen = 0;
  #turns = 0;

  constructor(wish: CaptureWish, source: GroupsSource, parts: LoopParts) {
    this.#recorder = new Recorder(wish, parts);
    const { out, clock } = this.#recorder;
    this.#groups = new GroupReader(source.listening, parts, (interfaceName) => {
      const packetsMax = wish.countMax ?? Number.POSITIVE_INFINITY;
      const onGap = (): void => {
        this.#dropsSeen = this.#groups.drops;
      };
      return new NflogBlocks(INPUT_BYTES, out, { interfaceName, link: source.link, packetsMax, clock, onGap });
    });
  }

  /** @throws GroupHeld */
  listen(): void {
    this.#groups.listen();
  }

  get wake(): number {
    return this.#groups.wake;
  }

  get start(): StreamStart {
    return this.#groups.start;
  }

  run(): CaptureEnd | undefined {
    try {
      if (
        !this.#groups.run(
          () => this.#recorder.look(),
          () => this.#recorder.followClock(),
        )
      )
        return undefined;
      // Behind the last packet there is no number that tells of a gap.
      this.#recorder.lose(this.#groups.drops - this.#dropsSeen);
      const end = this.#recorder.end(this.#groups.tallies);
      this.#groups.close();
      return end;
    } catch (error) {
      this.#groups.close();
      throw error;
    }
  }

  /** A new file was asked for, or only whether it goes on. */
  adjust({ turns }: CaptureWish): void {
    this.#groups.resume();
    if (turns > this.#turns) this.#recorder.out.end("end");
    this.#turns = turns;
  }
}
