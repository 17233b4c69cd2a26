import { readSync } from "node:fs";
import type { Tallies } from "../../core/event/fast/tallies.ts";
import type { Moment } from "../../core/event/time-text.ts";
import { GroupHeld, type GroupTally, type Listening, type StreamStart } from "../../core/model/packet-stream.ts";
import { enterNamespace } from "../enter-namespace.ts";
import { openEvent, readClock, waitForAny } from "../libc.ts";
import type { LoopParts } from "../thread/thread-loop.ts";
import { Interfaces } from "./interfaces.ts";
import { NflogSocket } from "./nflog-socket.ts";

/** A datagram is 128 KiB at most, for the kernel collects no more. */
export const INPUT_BYTES = 512 * 1024;

/** Writes what comes of groups. */
export interface DatagramWriter {
  /** What is received into. */
  readonly input: Buffer;
  readonly tallies: Tallies;
  readonly isFull: boolean;
  /** Takes the messages in the first bytes of the input. */
  datagram(length: number, moment: Moment): void;
  forgetHeads(): void;
  flush(): void;
}

/** Reads NFLOG groups in a thread, until its end is asked for: then the groups are free, and all that came is handed on. */
export class GroupReader {
  /** What wakes it when something is written there; who writes closes it. */
  readonly wake = openEvent();
  readonly #parts: LoopParts;
  readonly #interfaces: Interfaces;
  readonly #socket: NflogSocket;
  readonly #writer: DatagramWriter;
  #listening: Listening;

  /** The thread is in the network namespace of the groups from then on. @param open makes who writes what comes */
  constructor(
    listening: Listening,
    parts: LoopParts,
    open: (interfaceName: (index: number) => string | undefined) => DatagramWriter,
  ) {
    this.#listening = listening;
    this.#parts = parts;
    if (listening.netnsPath !== undefined) enterNamespace(listening.netnsPath);
    this.#interfaces = new Interfaces();
    this.#socket = new NflogSocket(listening.roomBytes);
    this.#writer = open((index) => this.#interfaces.nameOf(index));
  }

  /** @throws GroupHeld, or what the kernel says; then nothing is held */
  listen(): void {
    try {
      for (const group of this.#listening.groups) this.#bind(group);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #bind(group: number): void {
    this.#socket.bindGroup(group, this.#listening, this.#writer.input);
  }

  get start(): StreamStart {
    return { portId: this.#socket.portId, roomBytes: this.#socket.roomBytes };
  }

  /** How many messages found no room so far. */
  get drops(): number {
    return this.#socket.drops;
  }

  get tallies(): readonly GroupTally[] {
    return [...this.#writer.tallies.byGroup].map(([group, { received, lost }]) => ({ group, received, lost }));
  }

  /**
   * Reads until the end is asked for, and takes all that came before it; false where it is to pause instead.
   * @param onRest is called when all that waited was taken; how long it may rest then, in milliseconds, -1 being for ever
   * @param onWake is called behind the rest, before anything is taken
   */
  run(onRest: () => number, onWake?: () => void): boolean {
    while (!this.#parts.isEnding() && !this.#writer.isFull) {
      if (this.#parts.isPausing()) return false;
      if (this.#takeNext() >= 0) continue;
      this.#rest(onRest());
      onWake?.();
    }
    this.#drain();
    return true;
  }

  /** It goes on: what woke it is taken away. */
  resume(): void {
    readSync(this.wake, Buffer.alloc(8));
  }

  /**
   * Listens otherwise from now on; the groups that it was not given. What waits is kept, and handed on when it goes on: it
   * would take too long before.
   */
  adjust(listening: Listening): readonly GroupHeld[] {
    if (this.#socket.keptBytes > this.#socket.roomBytes) this.#takeKept(); // of one adjustment after the other
    const before = this.#listening.groups;
    this.#listening = listening;
    const gone = before.filter((group) => !listening.groups.includes(group));
    if (gone.length > 0) this.#socket.keepWaiting(this.#writer.input); // room for what the kernel has collected of them
    for (const group of gone) this.#socket.unbindGroup(group);
    if (gone.length > 0) this.#socket.keepWaiting(this.#writer.input);
    const held = listening.groups.flatMap((group) => this.#heldOf(group, before.includes(group)) ?? []);
    const groups = listening.groups.filter((group) => !held.some((one) => one.group === group));
    this.#listening = { ...listening, groups };
    return held;
  }

  close(): void {
    this.#socket.close();
    this.#interfaces.close();
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
    this.#socket.changeGroup(group, this.#listening, this.#writer.input);
  }

  /** What comes of a group that was read before is numbered from 0 again: what came of it before has to be taken first. */
  #bindAnew(group: number): void {
    if (this.#writer.tallies.byGroup.has(group)) this.#takeKept();
    this.#writer.tallies.restart(group);
    this.#bind(group);
  }

  /** Everything that waits is taken before it is written and waited again. */
  #rest(timeoutMs: number): void {
    this.#writer.flush();
    waitForAny([this.#socket.file, this.#interfaces.file, this.wake], timeoutMs);
    if (this.#interfaces.refresh()) this.#writer.forgetHeads();
  }

  /** How long it was; less than 0 where nothing waits. */
  #takeNext(): number {
    const length = this.#socket.receive(this.#writer.input);
    if (length < 0) return length;
    if (this.#interfaces.refresh()) this.#writer.forgetHeads();
    this.#writer.datagram(length, readClock());
    return length;
  }

  #takeKept(): void {
    while (this.#socket.keptBytes > 0) this.#takeNext();
  }

  /** Has the kernel send what it has collected; nothing more comes behind that, and all that is there is taken. */
  #drain(): void {
    if (!this.#writer.isFull) {
      for (const group of this.#listening.groups) this.#socket.unbindGroup(group);
      while (this.#takeNext() >= 0);
    }
    this.#writer.flush();
  }
}
