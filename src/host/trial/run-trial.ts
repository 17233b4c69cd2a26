import type { TraceStep, Trial, TrialLine, TrialPacket, TrialResult } from "../../core/model/trial.ts";
import type { NetlinkMessage } from "../../core/netlink/message.ts";
import { lengthByHeader, NFLOG_PACKET } from "../../core/netlink/nflog.ts";
import { readNflogMessage } from "../../core/netlink/nflog-message.ts";
import { decodeTrace, NFT_TRACE } from "../../core/netlink/trace.ts";
import { Departures } from "./departures.ts";
import { KernelLog } from "./kernel-log.ts";
import { LogSocket } from "./log-socket.ts";
import { type Cable, enterScratch, type Outside, runOn } from "./scratch-namespace.ts";
import { Senders } from "./senders.ts";
import { attempt, TrialFailure } from "./trial-failure.ts";

/** Runs a trial in a network namespace of its own, which ends with it. */
export function runTrial(outside: Outside, trial: Trial): TrialResult {
  const started = performance.now();
  const durationMs = (): number => performance.now() - started;
  try {
    const cables = enterScratch(outside, trial.interfaces);
    runOn("load the rules", "nft", ["-j", "-f", "/dev/stdin"], trial.document);
    const heard = listenAndSend(outside, cables, trial);
    const rules = trial.isTraced ? list("ruleset") : null;
    const counters = trial.isCounted ? list("counters") : null;
    return { isDone: true, ...heard, rules, counters, durationMs: durationMs() };
  } catch (error) {
    const doing = error instanceof TrialFailure ? error.doing : "run it";
    const says = error instanceof Error ? error.message : String(error);
    const hasProgram = !(error instanceof TrialFailure) || error.hasProgram;
    return { isDone: false, doing, says, hasProgram, durationMs: durationMs() };
  } finally {
    outside.enter();
  }
}

function list(what: string): string {
  return runOn("list the rules", "nft", ["-j", "list", what], "");
}

interface Heard {
  readonly lines: TrialLine[];
  readonly trace: TraceStep[];
}

function listenAndSend(outside: Outside, cables: readonly Cable[], trial: Trial): Heard {
  const socket = new LogSocket();
  const kernelLog = trial.readsKernelLog ? new KernelLog() : undefined;
  const senders = new Senders(outside, cables);
  const departures = trial.hasNat ? new Departures(outside, cables) : undefined;
  try {
    for (const group of [...trial.groups, trial.markGroup]) socket.bindGroup(group);
    if (trial.isTraced) socket.joinTrace();
    return new Hearing(socket, kernelLog, { ...trial, cables, departures }).hearAll(trial.packets, senders);
  } finally {
    senders.close();
    socket.close();
    kernelLog?.close();
    departures?.close();
  }
}

/** Packets that may wait for a processor; the kernel drops what is over net.core.netdev_max_backlog, 1000. */
const BACKLOG = 250;

/** How long the mark behind packets may take, whatever else comes. */
const MARK_MS = 30_000;
const NOT_HEARD = "what was sent last did not arrive";

interface Scene extends Pick<Trial, "markGroup" | "isTraced"> {
  readonly cables: readonly Cable[];
  /** undefined where packets leave as they came. */
  readonly departures: Departures | undefined;
}

/** Sends packets and collects what is told of them. */
class Hearing implements Heard {
  readonly lines: TrialLine[] = [];
  readonly trace: TraceStep[] = [];
  readonly #socket: LogSocket;
  readonly #kernelLog: KernelLog | undefined;
  readonly #scene: Scene;
  #packet = 0;
  #marks = 0;

  constructor(socket: LogSocket, kernelLog: KernelLog | undefined, scene: Scene) {
    this.#socket = socket;
    this.#kernelLog = kernelLog;
    this.#scene = scene;
  }

  hearAll(packets: readonly TrialPacket[], senders: Senders): Heard {
    let due = performance.now();
    for (const [at, packet] of packets.entries()) {
      this.#packet = at + 1;
      due += packet.afterMs;
      sleepUntil(due);
      this.#send(packet, at, { next: packets[at + 1], senders });
    }
    this.#takeAll();
    return { lines: this.lines, trace: this.trace };
  }

  #send(
    planned: TrialPacket,
    at: number,
    { next, senders }: { next: TrialPacket | undefined; senders: Senders },
  ): void {
    const { departures } = this.#scene;
    const isAnswered = next !== undefined && next.answers !== null && next.answers === 1;
    const packet = departures?.answered(at, planned) ?? planned;
    if (isAnswered) departures?.forget();
    attempt(`send packet ${at + 1}`, () => senders.send(packet));
    this.#takeAll();
    if (this.#isTurn(packet, next, at)) this.#hearOut(packet.interface, senders);
    if (isAnswered) departures?.keep(at, packet);
  }

  /** Whether all has to be dealt with before the next packet: the kernel may put off what arrives, but not what is sent. */
  #isTurn({ way, interface: name }: TrialPacket, next: TrialPacket | undefined, at: number): boolean {
    if (way === "out") return false;
    const isSame = next?.way === "in" && next.interface === name;
    return !isSame || this.#scene.isTraced || at % BACKLOG === BACKLOG - 1;
  }

  /** Waits until what was sent to an interface has been dealt with. */
  #hearOut(name: string, senders: Senders): void {
    const marks = this.#marks;
    const deadline = performance.now() + MARK_MS;
    senders.sendMark(name);
    this.#takeAll();
    while (this.#marks === marks) {
      // What else comes in the meantime may never end.
      if (!this.#socket.wait() || performance.now() > deadline) throw new TrialFailure("hear the end", NOT_HEARD);
      this.#takeAll();
    }
  }

  #takeAll(): void {
    for (;;) {
      const messages = this.#socket.take();
      if (messages.length === 0) break;
      for (const message of messages) this.#put(message);
    }
    for (const line of this.#kernelLog?.take() ?? []) this.lines.push({ ...line, packet: this.#packet });
  }

  #put({ type, bytes }: NetlinkMessage): void {
    if (type === NFT_TRACE) this.trace.push({ packet: this.#packet, ...decodeTrace(bytes) });
    if (type !== NFLOG_PACKET) return;
    const { group, prefix, inDevice, outDevice, payload } = readNflogMessage(bytes);
    if (group === this.#scene.markGroup) this.#marks += 1;
    else {
      this.lines.push({
        group,
        level: null,
        prefix,
        packet: this.#packet,
        copied: payload?.length ?? null,
        length: (payload === undefined ? undefined : lengthByHeader(payload)) ?? null,
        in: this.#nameOf(inDevice),
        out: this.#nameOf(outDevice),
      });
    }
  }

  #nameOf(index: number | undefined): string | null {
    if (index === undefined || index === 0) return null;
    return index === 1 ? "lo" : (this.#scene.cables.find((cable) => cable.index === index)?.name ?? `#${index}`);
  }
}

/** A rate holds over all packets, however long each takes to send. */
function sleepUntil(due: number): void {
  const ms = due - performance.now();
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
