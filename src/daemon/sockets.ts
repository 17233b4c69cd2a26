import type { Socket } from "node:net";
import { Fault } from "../core/model/fault.ts";

const REQUEST_BYTES_MAX = 64 * 1024;
/** Who says nothing for so long after connecting is let go. */
const REQUEST_MS = 10_000;

/** How long somebody who was refused may take to read why. */
const REFUSED_MS = 1000;

/** The first line that somebody sends. @throws Fault */
export async function requestOf(socket: Socket): Promise<string> {
  return await new Promise((resolve, reject) => {
    let text = Buffer.alloc(0);
    const timer = setTimeout(
      () => reject(new Fault("bad-input", "no request came", 'send {"subscribe":["nft:*"]}')),
      REQUEST_MS,
    );
    const done = (act: () => void): void => {
      clearTimeout(timer);
      socket.off("data", take).off("end", end).off("close", end);
      act();
    };
    const take = (chunk: Buffer): void => {
      text = Buffer.concat([text, chunk]);
      const at = text.indexOf(0x0a);
      if (at >= 0) done(() => resolve(text.toString("utf8", 0, at)));
      else if (text.length > REQUEST_BYTES_MAX)
        done(() => reject(new Fault("bad-input", "the request is longer than 64 KiB", "send one short line")));
    };
    const end = (): void => done(() => (text.length === 0 ? socket.destroy() : resolve(text.toString("utf8"))));
    socket.on("data", take).on("end", end).on("close", end);
  });
}

/** Says what is wrong and hangs up. */
export function refuse(socket: Socket, { message, remedy }: Fault): void {
  socket.end(`${JSON.stringify({ error: message, remedy })}\n`, () => socket.destroySoon());
  socket.resume();
  setTimeout(() => socket.destroy(), REFUSED_MS).unref();
}

/** Waits until more can be written, or the socket is gone. */
export async function drained(socket: Socket): Promise<void> {
  if (socket.destroyed || !socket.writableNeedDrain) return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      socket.off("drain", go).off("close", go);
      resolve();
    };
    socket.on("drain", go).on("close", go);
  });
}

/** Hangs up when all that was written is taken, or when it is time. @param until as performance.now() says it */
export async function ended(socket: Socket, until: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => socket.destroy(), Math.max(0, until - performance.now()));
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.end();
    socket.resume();
  });
}
