import type { Header } from "tar/header";
import { BrokenArchive, type TarMember } from "../../core/model/depot.ts";
import { type ByteSource, createByteSource } from "./byte-source.ts";
import { BLOCK_BYTES, paddingOf } from "./write-tar.ts";

/** What a header may say that does not fit into its block: a name, a size. */
const MORE_BYTES_MAX = 64 * 1024;
/** So many of them may stand before a member. */
const MORE_MAX = 8;

type Extended = NonNullable<ConstructorParameters<typeof Header>[2]>;

/**
 * What stands in a tar, as GNU, POSIX and BSD write it. It is read as what a stranger wrote: nothing is unpacked here, and
 * no more is held than a block. @throws BrokenArchive if it is none, or cut off
 */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarMember> {
  const bytes = createByteSource(chunks);
  try {
    for (;;) {
      const header = await nextHeader(bytes);
      if (header === undefined) return await bytes.drain();
      yield* member(header, bytes);
    }
  } finally {
    await bytes.close();
  }
}

async function* member(header: Header, bytes: ByteSource): AsyncGenerator<TarMember> {
  const size = kindOf(header) === "file" ? sizeOf(header) : 0;
  let left = size;
  async function* body(): AsyncGenerator<Buffer> {
    while (left > 0) {
      const chunk = await bytes.some(left);
      left -= chunk.length;
      yield chunk;
    }
  }
  yield { name: header.path ?? "", kind: kindOf(header), bytes: size, body: body() };
  for await (const _skipped of body());
  // Directories and links have no body, whatever their header says (POSIX ustar); of unknown kinds it is skipped.
  const skipped = kindOf(header) === "other" && hasBody(header) ? sizeOf(header) : 0;
  await bytes.skip(skipped + paddingOf(size + skipped));
}

function kindOf({ type }: Header): TarMember["kind"] {
  if (type === "File" || type === "OldFile" || type === "ContiguousFile") return "file";
  return type === "Directory" || type === "GNUDumpDir" ? "directory" : "other";
}

function hasBody({ type }: Header): boolean {
  return !["Link", "SymbolicLink", "CharacterDevice", "BlockDevice", "FIFO"].includes(type);
}

function sizeOf({ size = 0 }: Header): number {
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new BrokenArchive("a member of it has no right size");
}

/** The next header that is no addition to one; undefined at the end. */
async function nextHeader(bytes: ByteSource): Promise<Header | undefined> {
  let extended: Extended = {};
  for (let count = 0; count <= MORE_MAX; count += 1) {
    const block = await bytes.take(BLOCK_BYTES);
    if (block.every((byte) => byte === 0)) return undefined;
    const header = await decodeHeader(block, {});
    if (!ADDITIONS.includes(header.type)) return await decodeHeader(block, extended);
    const text = await additionOf(header, bytes);
    extended = { ...extended, ...(await saidIn(header, text)) };
  }
  throw new BrokenArchive("too much is said of a member of it");
}

const ADDITIONS: readonly string[] = [
  ...["ExtendedHeader", "OldExtendedHeader", "GlobalExtendedHeader"],
  ...["NextFileHasLongPath", "OldGnuLongPath", "NextFileHasLongLinkpath"],
];

async function decodeHeader(block: Buffer, extended: Extended): Promise<Header> {
  const tar = await import("tar/header");
  try {
    const header = new tar.Header(block, 0, extended);
    if (header.cksumValid) return header;
  } catch {
    // a number in it is none
  }
  throw new BrokenArchive("it is no tar, or something in it was changed");
}

async function additionOf(header: Header, bytes: ByteSource): Promise<string> {
  const size = sizeOf(header);
  if (size > MORE_BYTES_MAX) throw new BrokenArchive("a name in it is too long");
  const text = (await bytes.take(size)).toString("utf8");
  await bytes.skip(paddingOf(size));
  return text;
}

async function saidIn({ type }: Header, text: string): Promise<Extended> {
  if (type === "NextFileHasLongPath" || type === "OldGnuLongPath") return { path: text.replace(/\0.*$/s, "") };
  if (type !== "ExtendedHeader" && type !== "OldExtendedHeader") return {};
  const { Pax } = await import("tar/pax");
  const { path, size } = Pax.parse(text);
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size }) };
}
