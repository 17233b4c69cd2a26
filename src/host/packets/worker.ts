import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import {
  GroupHeld,
  type Listening,
  type StreamEnd,
  type StreamStart,
  type Telling,
} from "../../core/model/packet-stream.ts";
import { Output, OutputClosed } from "./output.ts";
import { PacketReader, type ReaderTelling } from "./reader.ts";
import { openTellingHere } from "./telling.ts";

/** What the thread is started with. */
export interface WorkerData {
  readonly listening: Listening;
  readonly telling: Telling;
  readonly file: number;
  /** Two numbers: not 0 once the end is asked for; not 0 while an adjustment waits. */
  readonly asked: SharedArrayBuffer;
}

/** How the thread is to read from now on. */
export interface Adjustment {
  readonly listening: Listening;
  /** undefined: as before. */
  readonly telling: Telling | undefined;
}

/** What the thread says, in this order: that it listens, what became of each adjustment, how it ended; or why it cannot. */
export type WorkerMessage =
  | { readonly says: "listening"; readonly start: StreamStart; readonly wake: number }
  | { readonly says: "adjusted"; readonly held: readonly { readonly group: number; readonly errno: number }[] }
  | { readonly says: "ended"; readonly end: StreamEnd | undefined }
  | { readonly says: "held"; readonly group: number; readonly errno: number }
  | { readonly says: "failed"; readonly message: string; readonly code?: string | undefined };

const port = parentPort as MessagePort;
const say = (message: WorkerMessage): void => port.postMessage(message);

void listenAndRead();

async function listenAndRead(): Promise<void> {
  try {
    const { listening, telling, file, asked } = workerData as WorkerData;
    const flags = new Int32Array(asked);
    const isEnding = (): boolean => Atomics.load(flags, 0) !== 0;
    const isPausing = (): boolean => Atomics.load(flags, 1) !== 0;
    const output = new Output(file, isEnding);
    const { countMax } = telling;
    const told = await openedTelling(telling);
    const reader = new PacketReader({ listening, output, isEnding, isPausing, countMax, telling: told });
    reader.listen();
    say({ says: "listening", start: { portId: reader.portId, roomBytes: reader.roomBytes }, wake: reader.wake });
    let end = reader.run();
    for (; end === undefined; end = reader.run()) {
      Atomics.store(flags, 1, 0);
      await adjust(reader);
    }
    output.close();
    say({ says: "ended", end });
  } catch (error) {
    say(endOf(error));
  }
}

/** Meanwhile the kernel keeps what comes. */
async function adjust(reader: PacketReader): Promise<void> {
  const waiting = receiveMessageOnPort(port) as { readonly message: Adjustment };
  const { listening, telling } = waiting.message;
  const held = reader.adjust(listening, telling && (await openedTelling(telling)));
  say({ says: "adjusted", held: held.map(({ group, errno }) => ({ group, errno })) });
}

async function openedTelling(telling: Telling): Promise<ReaderTelling> {
  return { ...(await openTellingHere(telling)), payload: telling.payload };
}

function endOf(error: unknown): WorkerMessage {
  if (error instanceof OutputClosed) return { says: "ended", end: undefined };
  if (error instanceof GroupHeld) return { says: "held", group: error.group, errno: error.errno };
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  return { says: "failed", code, message: error instanceof Error ? error.message : String(error) };
}
