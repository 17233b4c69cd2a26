import { crc32, createInflateRaw } from "node:zlib";
import { BrokenArchive } from "../../core/model/depot.ts";
import { type ByteSource, createByteSource } from "./byte-source.ts";

/** So much is handed over at once: a thousandth of what it may become. */
const PIECE_BYTES = 32 * 1024;
const MAGIC = Buffer.from([0x1f, 0x8b, 8]);
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
/** No name of a file is as long. */
const TEXT_BYTES_MAX = 64 * 1024;
/** Of RFC 1952: what stands behind the header. */
const FLAGS = { crc: 2, extra: 4, name: 8, comment: 16 } as const;

/**
 * Takes bytes out of gzip (RFC 1952), one member behind the other; zeros may follow. Whatever was read before something
 * that is none is given, which zlib's own stream does not. @throws BrokenArchive
 */
export async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const bytes = createByteSource(chunks);
  try {
    yield* member(bytes);
    while (await hasMore(bytes)) yield* member(bytes);
  } finally {
    await bytes.close();
  }
}

async function hasMore(bytes: ByteSource): Promise<boolean> {
  for (
    let piece = await bytes.someOrEnd(PIECE_BYTES);
    piece !== undefined;
    piece = await bytes.someOrEnd(PIECE_BYTES)
  ) {
    const at = piece.findIndex((byte) => byte !== 0);
    if (at === -1) continue;
    bytes.giveBack(piece.subarray(at));
    return true;
  }
  return false;
}

async function* member(bytes: ByteSource): AsyncGenerator<Buffer> {
  await skipHeader(bytes);
  let [sum, size] = [0, 0];
  for await (const chunk of inflate(bytes)) {
    sum = crc32(chunk, sum);
    size += chunk.length;
    yield chunk;
  }
  const trailer = await bytes.take(TRAILER_BYTES);
  const isWhole = trailer.readUInt32LE(0) === sum && trailer.readUInt32LE(4) === size % 2 ** 32;
  if (!isWhole) throw new BrokenArchive("it is no gzip, or something in it was changed");
}

async function skipHeader(bytes: ByteSource): Promise<void> {
  const header = await bytes.take(HEADER_BYTES);
  const flags = header[3] ?? 0;
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) throw new BrokenArchive("it is no gzip");
  if (flags & FLAGS.extra) await bytes.skip((await bytes.take(2)).readUInt16LE(0));
  if (flags & FLAGS.name) await skipText(bytes);
  if (flags & FLAGS.comment) await skipText(bytes);
  if (flags & FLAGS.crc) await bytes.skip(2);
}

/** A name or a comment, which ends with a zero. */
async function skipText(bytes: ByteSource): Promise<void> {
  for (let left = TEXT_BYTES_MAX; left > 0; ) {
    const piece = await bytes.some(left);
    const end = piece.indexOf(0);
    if (end >= 0) return bytes.giveBack(piece.subarray(end + 1));
    left -= piece.length;
  }
  throw new BrokenArchive("it is no gzip: its name does not end");
}

/** What stands behind the end of the deflated bytes is given back. */
async function* inflate(bytes: ByteSource): AsyncGenerator<Buffer> {
  const inflater = createInflater();
  try {
    for (let given = 0; ; ) {
      const piece = await bytes.some(PIECE_BYTES);
      given += piece.length;
      const { out, trouble, taken } = await inflater.push(piece);
      yield* out;
      if (trouble !== undefined) throw new BrokenArchive(`it is no gzip: ${trouble}`);
      if (taken === given) continue;
      bytes.giveBack(piece.subarray(piece.length - (given - taken)));
      return;
    }
  } finally {
    inflater.close();
  }
}

interface Inflated {
  readonly out: readonly Buffer[];
  /** What is wrong with the piece. */
  readonly trouble: string | undefined;
  /** How many bytes were taken in all: fewer than were given where the deflated bytes end. */
  readonly taken: number;
}

function createInflater(): { push(piece: Buffer): Promise<Inflated>; close(): void } {
  const stream = createInflateRaw();
  const out: Buffer[] = [];
  let settle = (_trouble?: string): void => {};
  stream.on("data", (chunk: Buffer) => out.push(chunk));
  stream.on("end", () => settle());
  stream.on("error", ({ code, message }: NodeJS.ErrnoException) => settle(code ?? message));
  return {
    async push(piece) {
      const trouble = await new Promise<string | undefined>((resolve) => {
        settle = resolve;
        stream.write(piece, (error) => {
          if (!error) resolve(undefined);
        });
      });
      return { out: out.splice(0), trouble, taken: stream.bytesWritten };
    },
    close: () => stream.destroy(),
  };
}
