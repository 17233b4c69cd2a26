import type { TarSource } from "../../core/model/depot.ts";
import { HostError } from "../../core/model/host.ts";

export const BLOCK_BYTES = 512;

/** Files as a tar (POSIX ustar): names of up to a hundred bytes, no owner, so that the same files are the same bytes. */
export async function* writeTar(
  sources: readonly TarSource[],
  read: (path: string) => AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const { Header } = await import("tar/header");
  for (const { name, path, bytes, modified } of sources) {
    const header = new Header({
      path: name,
      mode: 0o600,
      uid: 0,
      gid: 0,
      size: bytes,
      type: "File",
      mtime: new Date(modified * 1000),
    });
    const block = Buffer.alloc(BLOCK_BYTES);
    if (header.encode(block, 0)) throw new HostError("ENAMETOOLONG", "write", name);
    yield block;
    yield* exactly(read(path), bytes, path);
    yield Buffer.alloc(paddingOf(bytes));
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

/** How many bytes fill a block up. */
export function paddingOf(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

async function* exactly(chunks: AsyncIterable<Buffer>, bytes: number, path: string): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const chunk of chunks) {
    count += chunk.length;
    if (count > bytes) break;
    yield chunk;
  }
  if (count !== bytes) throw new HostError("EIO", "read", path, { cause: new Error("its size is another now") });
}
