import { closeSync, readSync } from "node:fs";
import { CopiedBlocks } from "../../core/capture/copied-blocks.ts";
import type { CaptureEnd, CaptureWish, PipeSource } from "../../core/capture/wish.ts";
import type { StreamStart } from "../../core/model/packet-stream.ts";
import { enterNamespace } from "../enter-namespace.ts";
import { openEvent, waitFor, waitForAny } from "../libc.ts";
import { Interfaces } from "../packets/interfaces.ts";
import type { LoopParts, ThreadLoop } from "../thread/thread-loop.ts";
import { Recorder } from "./recorder.ts";

const CHUNK_BYTES = 256 * 1024;

/** Captures what another program writes to a pipe, until its end is asked for: then all that it wrote is in the ring. */
export class PipeCapture implements ThreadLoop<CaptureEnd> {
  readonly wake = openEvent();
  readonly start: StreamStart = { portId: 0, roomBytes: Number.POSITIVE_INFINITY };
  readonly #parts: LoopParts;
  readonly #file: number;
  readonly #recorder: Recorder;
  readonly #interfaces: Interfaces;
  readonly #blocks: CopiedBlocks;
  #dropped = 0;
  #turns = 0;
  #isOver = false;

  constructor(wish: CaptureWish, source: PipeSource, parts: LoopParts) {
    this.#parts = parts;
    this.#file = source.file;
    this.#recorder = new Recorder(wish, parts);
    if (source.netnsPath !== undefined) enterNamespace(source.netnsPath);
    this.#interfaces = new Interfaces();
    const { out, clock } = this.#recorder;
    const interfaceName = (index: number): string | undefined => this.#interfaces.nameOf(index);
    this.#blocks = new CopiedBlocks(out, { interface: source.interface, interfaceName, clock });
  }

  /** What dropped packets are told by comes behind the end of the pipe: the end of the thread is waited for. */
  run(): CaptureEnd | undefined {
    while (!this.#parts.isEnding()) {
      if (this.#parts.isPausing()) return undefined;
      if (!this.#takeNext()) this.#rest();
    }
    while (this.#takeNext());
    const end = this.#recorder.end([]);
    closeSync(this.#file);
    this.#interfaces.close();
    return end;
  }

  /** A new file was asked for, the other program said what it dropped, or it is only asked whether it goes on. */
  adjust({ turns, dropped }: CaptureWish): void {
    readSync(this.wake, Buffer.alloc(8));
    if (dropped > this.#dropped) this.#recorder.lose(dropped - this.#dropped);
    if (turns > this.#turns) this.#recorder.out.end("end");
    this.#dropped = Math.max(dropped, this.#dropped);
    this.#turns = Math.max(turns, this.#turns);
  }

  #rest(): void {
    this.#recorder.out.flush();
    const files = [this.#interfaces.file, this.wake, ...(this.#isOver ? [] : [this.#file])];
    waitForAny(files, this.#recorder.look());
    this.#recorder.followClock();
    this.#interfaces.refresh();
  }

  #takeNext(): boolean {
    if (this.#isOver || !waitFor(this.#file, 0)) return false;
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const count = readSync(this.#file, chunk);
    this.#isOver = count === 0;
    this.#blocks.push(chunk.subarray(0, count));
    return true;
  }
}
