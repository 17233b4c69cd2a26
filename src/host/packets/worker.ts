import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import {
  GroupHeld,
  type Listening,
  type StreamEnd,
  type StreamStart,
  type Telling,
} from "../../core/model/packet-stream.ts";
import { Output, OutputClosed } from "./output.ts";
import { PacketReader } from "./reader.ts";
import { openTellingHere } from "./telling.ts";

/** What the thread is started with. */
export interface WorkerData {
  readonly listening: Listening;
  readonly telling: Telling;
  readonly file: number;
  /** Two numbers: not 0 once the end is asked for; not 0 while a message waits that asks to listen otherwise. */
  readonly asked: SharedArrayBuffer;
}

/** What the thread says, in this order: that it listens, how it ended; or why it cannot. */
export type WorkerMessage =
  | { readonly says: "listening"; readonly start: StreamStart; readonly wake: number }
  | { readonly says: "adjusted"; readonly held: readonly { readonly group: number; readonly errno: number }[] }
  | { readonly says: "ended"; readonly end: StreamEnd | undefined }
  | { readonly says: "held"; readonly group: number; readonly errno: number }
  | { readonly says: "failed"; readonly message: string; readonly code?: string | undefined };

const say = (message: WorkerMessage): void => parentPort?.postMessage(message);

void listenAndRead();

async function listenAndRead(): Promise<void> {
  try {
    const { listening, telling, file, asked } = workerData as WorkerData;
    const flags = new Int32Array(asked);
    const isEnding = (): boolean => Atomics.load(flags, 0) !== 0;
    const adjusted = (): Listening | undefined =>
      Atomics.exchange(flags, 1, 0) === 0
        ? undefined
        : (receiveMessageOnPort(parentPort as MessagePort)?.message as Listening);
    const output = new Output(file, isEnding);
    const { lines, isWantedPrefix } = await openTellingHere(telling);
    const { payload, countMax } = telling;
    const onAdjusted = (held: readonly GroupHeld[]): void =>
      say({ says: "adjusted", held: held.map(({ group, errno }) => ({ group, errno })) });
    const reader = new PacketReader({
      listening,
      output,
      isEnding,
      adjusted,
      onAdjusted,
      countMax,
      payload,
      lines,
      isWantedPrefix,
    });
    reader.listen();
    say({ says: "listening", start: { portId: reader.portId, roomBytes: reader.roomBytes }, wake: reader.wake });
    const end = reader.run();
    output.close();
    say({ says: "ended", end });
  } catch (error) {
    say(endOf(error));
  }
}

function endOf(error: unknown): WorkerMessage {
  if (error instanceof OutputClosed) return { says: "ended", end: undefined };
  if (error instanceof GroupHeld) return { says: "held", group: error.group, errno: error.errno };
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  return { says: "failed", code, message: error instanceof Error ? error.message : String(error) };
}
