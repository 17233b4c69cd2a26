import { BrokenArchive } from "../../core/model/depot.ts";

/** Bytes by their number. */
export interface ByteSource {
  take(count: number): Promise<Buffer>;
  /** At least one byte, at most so many. */
  some(most: number): Promise<Buffer>;
  /** The same; undefined at the end. */
  someOrEnd(most: number): Promise<Buffer | undefined>;
  /** What was taken last is there again. */
  giveBack(bytes: Buffer): void;
  skip(count: number): Promise<void>;
  /** Reads to the end: what wraps a tar up has a sum there. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** What comes in pieces of any size, by its number. @throws BrokenArchive, where less comes than is asked for */
export function createByteSource(chunks: AsyncIterable<Buffer>): ByteSource {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  async function someOrEnd(most: number): Promise<Buffer | undefined> {
    while (held.length === 0) {
      const next = await iterator.next();
      if (next.done === true) return undefined;
      held = next.value;
    }
    const part = held.subarray(0, most);
    held = held.subarray(part.length);
    return part;
  }
  async function some(most: number): Promise<Buffer> {
    const part = await someOrEnd(most);
    if (part === undefined) throw new BrokenArchive("it is cut off");
    return part;
  }
  async function* parts(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      const part = await some(left);
      left -= part.length;
      yield part;
    }
  }
  return {
    some,
    someOrEnd,
    giveBack: (bytes) => {
      held = Buffer.concat([bytes, held]);
    },
    take: async (count) => {
      const all: Buffer[] = [];
      for await (const part of parts(count)) all.push(part);
      return Buffer.concat(all);
    },
    skip: async (count) => {
      for await (const _part of parts(count));
    },
    drain: async () => {
      for (let next = await iterator.next(); next.done !== true; ) next = await iterator.next();
    },
    close: async () => {
      await iterator.return?.();
    },
  };
}
