import type { PacketEvent } from "../core/event/event.ts";
import type { OpenTelling } from "../core/event/open-telling.ts";
import { lossEvent } from "../core/event/pipeline.ts";
import { millisecondsText } from "../core/event/time-text.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, NO_PROGRAM, readText } from "../core/model/host.ts";

const KMSG = "/dev/kmsg";
const NS_PER_MS = 1_000_000n;

/** The head of a record: `PRIORITY,NUMBER,MICROSECONDS,...;TEXT` (Documentation/ABI/testing/dev-kmsg). */
const RECORD = /^\d+,(\d+),(\d+),/;

export interface KernelLogStream {
  readonly telling: OpenTelling;
  /** How many packets are told. */
  readonly countMax: number | undefined;
  readonly signal: AbortSignal;
}

/** A line for each packet that the kernel log tells of from now on, until aborted; records that were overwritten unread are a loss. */
export async function* streamKernelLog(
  host: Host,
  { telling, countMax, signal }: KernelLogStream,
): AsyncGenerator<string> {
  const { createKernelLogReader } = await import("../core/event/kernel-log.ts");
  const name = (await readText(host, "/proc/sys/kernel/hostname")).trim();
  const reader = createKernelLogReader({ form: "kmsg", readBoot: bootClock(), host: name });
  let left = countMax ?? Number.POSITIVE_INFINITY;
  for await (const { line, lost } of newRecords(host, signal)) {
    const loss = lost && telling.lines.lineOfLoss(lossEvent({ ts: millisecondsText(Date.now()), host: name, ...lost }));
    if (loss !== undefined) yield loss;
    const told = reader.push(Buffer.from(`${line}\n`)).flatMap((event) => linesOf(event, telling));
    yield* told.slice(0, left);
    left -= told.length;
    if (left <= 0) return;
  }
}

function linesOf(event: PacketEvent, { lines, isWantedPrefix }: OpenTelling): string[] {
  const line = isWantedPrefix(event.prefix) ? lines.lineOf(event, undefined) : undefined;
  return line === undefined ? [] : [line];
}

/** Each new record of the kernel's ring buffer. What reads it ends when records were overwritten before it came to them: it is begun again. */
async function* newRecords(host: Host, signal: AbortSignal): AsyncGenerator<Numbered> {
  const numbers = new RecordNumbers(Number(process.hrtime.bigint() / 1000n));
  while (!signal.aborted) {
    try {
      for await (const line of host.openLines("cat", [KMSG], signal)) yield* numbers.take(line);
      return;
    } catch (error) {
      refuseUnlessOverwritten(error);
    }
  }
}

/** A line of the ring buffer, and the records that are missing before it. */
interface Numbered {
  readonly line: string;
  readonly lost?: { readonly count: number; readonly from: number; readonly to: number; readonly why: string };
}

/** Records have numbers, so that what is old and what is missing can be told. */
class RecordNumbers {
  readonly #startUs: number;
  #last = -1;

  constructor(startUs: number) {
    this.#startUs = startUs;
  }

  take(line: string): Numbered[] {
    const [, text, us] = RECORD.exec(line) ?? [];
    if (text === undefined) return []; // what is said of a record beside its text
    const [number, expected] = [Number(text), this.#last + 1];
    if (number < expected) return [];
    this.#last = number;
    if (Number(us) < this.#startUs) return [];
    const count = expected === 0 ? 0 : number - expected;
    return [count === 0 ? { line } : { line, lost: { count, from: expected, to: number - 1, why: OVERWRITTEN } }];
  }
}

function refuseUnlessOverwritten(error: unknown): void {
  if (!(error instanceof HostError)) throw error;
  const says = (error.cause instanceof Error && error.cause.message) || error.message;
  if (!/Broken pipe/.test(says)) throw faultOf(error, says);
}

const OVERWRITTEN = "records of the kernel log, of packets or others, were overwritten before they were read";

function faultOf({ code }: HostError, says: string): Fault {
  if (code === NO_PROGRAM)
    return new Fault("not-supported", "cannot read the kernel log: there is no cat", "install coreutils");
  const isDenied = /not permitted|Permission denied/.test(says);
  const remedy = isDenied
    ? "run it as root, or with CAP_SYSLOG"
    : `give a file of it: journalctl -k -o export | netlogctl packets convert`;
  return new Fault(isDenied ? "not-permitted" : "not-supported", `cannot read the kernel log: ${says}`, remedy);
}

/** By less the clock was not put: it is read to the millisecond, and records keep their order. */
const STEP_NS = 1_000_000_000n;

/** What tells when the clock of the kernel log was 0, also where that of the machine is put. */
function bootClock(): () => bigint {
  let known = bootTime();
  return () => {
    const now = bootTime();
    if (now - known > STEP_NS || known - now > STEP_NS) known = now;
    return known;
  };
}

/** When the clock of the kernel log (CLOCK_MONOTONIC, as good as) was 0. */
function bootTime(): bigint {
  return BigInt(Date.now()) * NS_PER_MS - process.hrtime.bigint();
}
