import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { gunzip } from "../../../src/host/archive/gunzip.ts";

const plain = Buffer.from("nft lines\n".repeat(100));

/** With what gzip(1) and others put into the header: RFC 1952, 2.3.1. */
function withHeader(flags: number, ...parts: readonly Buffer[]): Buffer {
  const packed = gzipSync(plain);
  const head = Buffer.from(packed.subarray(0, 10));
  head[3] = flags;
  return Buffer.concat([head, ...parts, packed.subarray(10)]);
}

async function unpacked(bytes: Buffer, pieceBytes: number): Promise<Buffer> {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const all: Buffer[] = [];
  for await (const chunk of gunzip(pieces())) all.push(chunk);
  return Buffer.concat(all);
}

const name = Buffer.from("nft-2025-08-31.log\0");
const extra = Buffer.from([3, 0, 1, 2, 3]);

test.each([
  ["a name", withHeader(8, name)],
  ["a name and a comment", withHeader(8 | 16, name, Buffer.from("of a day\0"))],
  ["all that may stand there", withHeader(2 | 4 | 8 | 16, extra, name, Buffer.from("\0"), Buffer.from([7, 7]))],
])("%s in the header is passed over, in whatever pieces it comes", async (_, bytes) => {
  for (const pieceBytes of [1, 7, bytes.length]) expect(await unpacked(bytes, pieceBytes)).toEqual(plain);
});

test("a name that does not end is refused before all of it was read", async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    yield withHeader(8).subarray(0, 10);
    for (; read < 2 ** 30; read += 4096) yield Buffer.alloc(4096, 0x61);
  }
  await expect(gunzip(endless()).next()).rejects.toThrow("its name does not end");
  expect(read).toBeLessThan(2 ** 20);
});
