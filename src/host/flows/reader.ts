import { readSync } from "node:fs";
import { type Moment, momentText } from "../../core/event/time-text.ts";
import { FlowFollower } from "../../core/flow/follower.ts";
import type { FlowEnd, FlowListening } from "../../core/model/flow-stream.ts";
import type { GroupHeld, StreamStart } from "../../core/model/packet-stream.ts";
import { ConntrackMessage } from "../../core/netlink/conntrack-message.ts";
import { Moment64 } from "../../core/netlink/time64.ts";
import { enterNamespace } from "../enter-namespace.ts";
import { openEvent, readClock, waitForAny } from "../libc.ts";
import { Receiver } from "../receiver.ts";
import type { ReaderTelling } from "../thread/reader-telling.ts";
import type { ReaderParts, ThreadReader } from "../thread/run-thread.ts";
import { ConntrackSocket, TableDump } from "./conntrack-socket.ts";
import { FlowLines } from "./flow-lines.ts";

/** How many events are received at once, and what one takes at most (NLMSG_GOODSIZE is a page). */
const SLOTS = 128;
const SLOT_BYTES = 4096;

/** Once something came, this is waited for more: to wake for each event costs more than to read it. */
const COLLECT_MS = 5;

/** A census is not begun sooner than this after one ended, or ten times as long as that took; but a loss is told after half a minute at most. */
const PAUSE_MS = 1000;
const LOSS_PAUSE_MAX_MS = 30_000;

/** Reads conntrack's events and writes a line for each, and for what the kernel's table shows that no event told, until its end is asked for. */
export class FlowReader implements ThreadReader<FlowListening, FlowEnd> {
  readonly wake = openEvent();
  readonly #parts: ReaderParts<FlowListening>;
  readonly #socket: ConntrackSocket;
  readonly #table: TableDump;
  readonly #receiver = new Receiver(SLOTS, SLOT_BYTES);
  readonly #message = new ConntrackMessage();
  readonly #entry = new ConntrackMessage();
  readonly #happened = new Moment64();
  readonly #lines: FlowLines;
  readonly #follower: FlowFollower;
  #listening: FlowListening;
  #now: Moment = { seconds: 0, nanoseconds: 0 };
  #received = 0;
  #lost = 0;
  /** When it was seen for the last time that nothing was lost. */
  #soundAt = "";
  #isLossOpen = false;
  #censusDueMs = 0;

  constructor(parts: ReaderParts<FlowListening>) {
    this.#parts = parts;
    const { wish } = parts;
    this.#listening = wish;
    if (wish.netnsPath !== undefined) enterNamespace(wish.netnsPath);
    this.#lines = new FlowLines(parts);
    this.#follower = new FlowFollower((...change) => this.#lines.tell(...change));
    this.#socket = new ConntrackSocket(wish.roomBytes);
    this.#table = new TableDump();
  }

  /** @throws Error what the kernel says */
  listen(): void {
    this.#soundAt = momentText(readClock());
    if (this.#listening.isOnce) return;
    this.#socket.join("new");
    this.#socket.join("destroy");
    if (this.#listening.wanted.update.length > 0) this.#socket.join("update");
  }

  get start(): StreamStart {
    return { portId: this.#socket.portId, roomBytes: this.#socket.roomBytes };
  }

  run(): FlowEnd | undefined {
    try {
      if (this.#censusDueMs === 0) this.#census();
      while (!this.#isOver()) {
        if (this.#parts.isPausing()) return undefined;
        if (this.#takeSome() === 0) this.#rest();
        else if (this.#now.seconds !== this.#lookedSeconds) this.#look();
      }
      return this.#finish();
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  /** Listens and tells otherwise from now on: all events that came before are told as before. */
  adjust(wish: FlowListening, telling?: ReaderTelling): readonly GroupHeld[] {
    readSync(this.wake, Buffer.alloc(8));
    this.#drain();
    const [had, has] = [this.#listening, wish].map(({ wanted }) => wanted.update.length > 0);
    if (has && !had) this.#socket.join("update");
    if (had && !has) this.#socket.leave("update");
    if (wish.roomBytes !== this.#listening.roomBytes) this.#socket.roomBytes = wish.roomBytes;
    this.#listening = wish;
    this.#lines.retell(wish, telling);
    return [];
  }

  #isOver(): boolean {
    return this.#parts.isEnding() || this.#lines.isFull || this.#listening.isOnce;
  }

  #finish(): FlowEnd {
    if (!this.#lines.isFull) this.#drain();
    this.#noteDrops();
    if (this.#isLossOpen && !this.#lines.isFull) this.#census();
    this.#lines.flush();
    this.#close();
    const { unwrittenBytes } = this.#parts.output;
    return { received: this.#received, lost: this.#lost, found: this.#follower.found, unwrittenBytes };
  }

  #close(): void {
    this.#socket.close();
    this.#table.close();
  }

  /** Everything that waits is taken before it is written and waited again. */
  #rest(): void {
    const leftMs = this.#look();
    this.#lines.flush();
    if (leftMs <= 0) return;
    waitForAny([this.#socket.file, this.wake], Math.ceil(leftMs));
    waitForAny([this.wake], COLLECT_MS);
  }

  /** Every second, too, where events never cease to wait: has a census if one is due. @returns in how many milliseconds one is, else 0 */
  #look(): number {
    this.#lookedSeconds = this.#now.seconds;
    this.#noteDrops();
    const leftMs = this.#censusDueMs - performance.now();
    if (leftMs <= 0) this.#census();
    return Math.max(leftMs, 0);
  }

  #lookedSeconds = 0;

  /** Takes events that wait, many at once; how many there were. */
  #takeSome(): number {
    const count = this.#receiver.receive(this.#socket.file);
    if (count === 0) return 0;
    this.#now = this.#lines.now = readClock();
    const nowUs = this.#now.seconds * 1e6 + Math.floor(this.#now.nanoseconds / 1000);
    for (let slot = 0; slot < count && !this.#lines.isFull; slot += 1) {
      const start = this.#receiver.startOf(slot);
      if (!this.#message.read(this.#receiver.buffer, start, this.#receiver.endOf(slot))) continue;
      this.#received += 1;
      this.#follower.event(this.#message, this.#beganUs(nowUs));
    }
    return count;
  }

  /** When a flow that begins began: as its event says, if it does. */
  #beganUs(nowUs: number): number {
    const { bytes, happenedAt } = this.#message;
    return happenedAt === 0 ? nowUs : this.#happened.read(bytes, happenedAt).us;
  }

  /** Takes what waits now; what comes meanwhile may wait. */
  #drain(): void {
    const most = this.#socket.roomBytes / SLOT_BYTES_LEAST;
    for (let taken = 0; taken < most; ) {
      const count = this.#takeSome();
      if (count === 0) return;
      taken += count;
    }
  }

  /** Whether events were lost; then there is a census as soon as there is time for it. */
  #noteDrops(): void {
    const { drops } = this.#socket;
    if (drops !== this.#lost + this.#unsaid) {
      this.#unsaid = drops - this.#lost;
      this.#isLossOpen = true;
      this.#censusDueMs = Math.min(this.#censusDueMs, this.#notBeforeMs);
    }
    if (!this.#isLossOpen) this.#soundAt = momentText(this.#now);
  }

  /** Drops that no event has told of. */
  #unsaid = 0;
  #notBeforeMs = 0;

  /** Goes through the kernel's table, and takes events meanwhile. */
  #census(): void {
    const began = performance.now();
    this.#now = this.#lines.now = readClock();
    if (this.#isLossOpen) this.#tellLoss();
    this.#follower.beginCensus();
    this.#table.begin();
    const entry = (bytes: Buffer, start: number, end: number): void => {
      if (this.#entry.read(bytes, start, end)) this.#follower.entry(this.#entry);
    };
    while (this.#table.next(entry)) this.#takeSome();
    this.#drain();
    this.#noteDrops();
    this.#now = this.#lines.now = readClock();
    this.#follower.endCensus();
    const ended = performance.now();
    this.#notBeforeMs = ended + Math.min(Math.max(PAUSE_MS, 10 * (ended - began)), LOSS_PAUSE_MAX_MS);
    this.#censusDueMs = this.#isLossOpen
      ? this.#notBeforeMs
      : ended + Math.max(this.#listening.censusMs, 10 * (ended - began));
  }

  #tellLoss(): void {
    const until = momentText(this.#now);
    this.#lines.tellLoss({ ts: until, count: this.#unsaid, since: this.#soundAt, until });
    this.#lost += this.#unsaid;
    this.#unsaid = 0;
    this.#isLossOpen = false;
    this.#soundAt = until;
  }
}

/** A message in the kernel takes more than this. */
const SLOT_BYTES_LEAST = 256;
