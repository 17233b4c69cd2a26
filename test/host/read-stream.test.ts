import { writeSync } from "node:fs";
import { expect, test } from "vitest";
import type { OpenPacketStream, PacketStream } from "../../src/core/model/packet-stream.ts";
import { readStream } from "../../src/host/thread/read-stream.ts";

const start = { portId: 1, roomBytes: 1 };
const END = { groups: [], droppedAtEnd: 0, unwrittenBytes: 0 };

/** A stream that writes these pieces and ends as said. */
function opening(pieces: readonly string[], ended: () => Promise<typeof END>): OpenPacketStream {
  return async (_listening, _telling, file): Promise<PacketStream> => {
    for (const piece of pieces) writeSync(file, piece);
    return { start, ended: ended(), stop: () => {}, adjust: async () => [] };
  };
}

async function linesOf(open: OpenPacketStream): Promise<{ lines: string; ended: PromiseSettledResult<unknown> }> {
  const stream = await readStream(open, {} as never, {} as never);
  const read = async (): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream.lines) {
      expect(chunk.at(-1)).toBe(0x0a);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  };
  const [lines, ended] = await Promise.allSettled([read(), stream.ended]);
  return { lines: lines.status === "fulfilled" ? lines.value : String(lines.reason), ended };
}

test("what is written is read as whole lines, however it was cut", async () => {
  const read = await linesOf(opening(["one\ntw", "o", "\nthree\n"], async () => END));
  expect(read).toEqual({ lines: "one\ntwo\nthree\n", ended: { status: "fulfilled", value: END } });
});

test("a thread that breaks off ends what is read, and says why", async () => {
  const broken = new Error("out of memory");
  const read = await linesOf(opening([], () => Promise.reject(broken)));
  expect(read).toEqual({ lines: "", ended: { status: "rejected", reason: broken } });
});

test("a group that is held is told, and nothing is left open", async () => {
  const open = async (): Promise<PacketStream> => {
    throw new Error("held");
  };
  await expect(readStream(open, {} as never, {} as never)).rejects.toThrow("held");
});
