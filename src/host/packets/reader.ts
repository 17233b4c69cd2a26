import { readSync } from "node:fs";
import { NflogWriter } from "../../core/event/fast/nflog-writer.ts";
import { lossEvent } from "../../core/event/pipeline.ts";
import { momentText } from "../../core/event/time-text.ts";
import { GroupHeld, type Listening, type StreamEnd, type StreamStart } from "../../core/model/packet-stream.ts";
import { enterNamespace } from "../enter-namespace.ts";
import { openEvent, readClock, waitForAny } from "../libc.ts";
import type { ReaderTelling } from "../thread/reader-telling.ts";
import type { ReaderParts, ThreadReader } from "../thread/run-thread.ts";
import { Interfaces } from "./interfaces.ts";
import { NflogSocket } from "./nflog-socket.ts";

/** A datagram is 128 KiB at most, for the kernel collects no more. */
const INPUT_BYTES = 512 * 1024;

/** Reads NFLOG groups and writes a line for each packet, until its end is asked for: then the groups are free, and all that came is written. */
export class PacketReader implements ThreadReader<Listening, StreamEnd> {
  /** What wakes it when something is written there; who writes closes it. */
  readonly wake = openEvent();
  readonly #options: ReaderParts<Listening>;
  readonly #interfaces: Interfaces;
  readonly #socket: NflogSocket;
  readonly #writer: NflogWriter;
  #listening: Listening;
  #telling: ReaderTelling;
  #dropsTold = 0;

  constructor(options: ReaderParts<Listening>) {
    this.#options = options;
    const { wish: listening, countMax, telling, output } = options;
    this.#listening = listening;
    this.#telling = telling;
    if (listening.netnsPath !== undefined) enterNamespace(listening.netnsPath);
    this.#interfaces = new Interfaces();
    this.#socket = new NflogSocket(listening.roomBytes);
    const { host, netns } = listening;
    const around = { host, ...(netns === undefined ? {} : { netns }) };
    this.#writer = new NflogWriter(
      INPUT_BYTES,
      {
        ...around,
        interfaceName: (index) => this.#interfaces.nameOf(index),
        ...writerTelling(telling),
        linesMax: countMax ?? Number.POSITIVE_INFINITY,
      },
      {
        flush: (bytes) => output.write(bytes),
        lineOf: (event, bytes) => this.#telling.lines.lineOf(event, bytes),
        lossLine: (group, { from, to, count }) => {
          this.#dropsTold = this.#socket.drops;
          const why = "the receive buffer was full: what is read was written or decoded more slowly than it came";
          const loss = lossEvent({ ts: momentText(readClock()), ...around, group, count, from, to, why });
          return this.#telling.lines.lineOfLoss(loss) ?? "";
        },
      },
    );
  }

  /** @throws GroupHeld, or what the kernel says; then nothing is held */
  listen(): void {
    try {
      for (const group of this.#listening.groups) this.#bind(group);
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  #bind(group: number): void {
    this.#socket.bindGroup(group, this.#listening, this.#writer.input, (length) => this.#take(length));
  }

  get start(): StreamStart {
    return { portId: this.#socket.portId, roomBytes: this.#socket.roomBytes };
  }

  /** Reads until the end, or until it is to pause: undefined. Whatever happens at the end, the groups are free then. */
  run(): StreamEnd | undefined {
    try {
      while (!this.#isOver()) {
        if (this.#options.isPausing()) return undefined;
        if (!this.#takeNext()) this.#rest();
      }
      return this.#finish();
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  #finish(): StreamEnd {
    this.#drain();
    this.#writer.flush();
    const end = this.#end();
    this.#close();
    return end;
  }

  /**
   * Listens otherwise from now on, and tells otherwise; the groups that it was not given. Groups that go are emptied first:
   * what comes of one that is bound again is numbered from 0.
   */
  adjust(listening: Listening, telling: ReaderTelling = this.#telling): readonly GroupHeld[] {
    readSync(this.wake, Buffer.alloc(8));
    const before = this.#listening.groups;
    this.#listening = listening;
    const gone = before.filter((group) => !listening.groups.includes(group));
    for (const group of gone) this.#socket.unbindGroup(group);
    if (gone.length > 0) while (this.#takeNext());
    const held = listening.groups.flatMap((group) => this.#heldOf(group, before.includes(group)) ?? []);
    const groups = listening.groups.filter((group) => !held.some((one) => one.group === group));
    this.#listening = { ...listening, groups };
    this.#telling = telling;
    this.#writer.retell(writerTelling(telling));
    return held;
  }

  /** Listens to a group as is wished now; why not, if the kernel does not give it. */
  #heldOf(group: number, isBound: boolean): GroupHeld | undefined {
    try {
      if (isBound) this.#change(group);
      else this.#bindAnew(group);
      return undefined;
    } catch (error) {
      if (error instanceof GroupHeld) return error;
      throw error;
    }
  }

  #change(group: number): void {
    this.#socket.changeGroup(group, this.#listening, this.#writer.input, (length) => this.#take(length));
  }

  #bindAnew(group: number): void {
    this.#writer.tallies.restart(group);
    this.#bind(group);
  }

  #close(): void {
    this.#socket.close();
    this.#interfaces.close();
  }

  #isOver(): boolean {
    return this.#options.isEnding() || this.#writer.isFull;
  }

  /** Everything that waits is taken before it is written and waited again. */
  #rest(): void {
    this.#writer.flush();
    waitForAny([this.#socket.file, this.#interfaces.file, this.wake]);
    if (this.#interfaces.refresh()) this.#writer.forgetHeads();
  }

  #takeNext(): boolean {
    const length = this.#socket.receive(this.#writer.input);
    if (length < 0) return false;
    if (this.#interfaces.refresh()) this.#writer.forgetHeads();
    this.#take(length);
    return true;
  }

  #take(length: number): void {
    this.#writer.datagram(length, readClock());
  }

  /** Has the kernel send what it has collected; nothing more comes behind that, and all that is there is taken. */
  #drain(): void {
    if (this.#writer.isFull) return;
    for (const group of this.#listening.groups) this.#socket.unbindGroup(group);
    while (this.#takeNext());
  }

  #end(): StreamEnd {
    const groups = [...this.#writer.tallies.byGroup].map(([group, { received, lost }]) => ({ group, received, lost }));
    const droppedAtEnd = this.#socket.drops - this.#dropsTold;
    return { groups, droppedAtEnd, unwrittenBytes: this.#options.output.unwrittenBytes };
  }
}

function writerTelling({ lines, payload, isWantedPrefix }: ReaderTelling) {
  return { atOnce: lines.atOnce, payload, isWanted: isWantedPrefix };
}
