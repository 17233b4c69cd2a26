export interface Hashed {
  readonly bytes: number;
  readonly sha256: string;
}

/** Encrypted for recipients of age(1), or to be decrypted with the identity in a file. */
export type AgeWrapping =
  | { readonly by: "age"; readonly recipients: readonly string[] }
  | { readonly by: "age"; readonly identity: string };

/** How bytes are wrapped up. */
export type Wrapping = { readonly by: "gzip" } | { readonly by: "zstd" } | AgeWrapping;

/** A file that is put into a tar. */
export interface TarSource {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** In seconds since 1970. */
  readonly modified: number;
}

/** What stands in a tar, in its order. Its name is whatever is written there. */
export interface TarMember {
  readonly name: string;
  /** Everything but files and directories is other: links, devices, pipes, sparse files. */
  readonly kind: "file" | "directory" | "other";
  readonly bytes: number;
  /** Has to be read before the next member is asked for; what was not read is skipped. */
  readonly body: AsyncIterable<Buffer>;
}

/** A tar, or what it is wrapped up in, is not as it should be. */
export class BrokenArchive extends Error {
  override readonly name = "BrokenArchive";
}

/** What stands at a path. */
export interface Standing {
  readonly kind: "file" | "directory" | "other";
  /** Whether it belongs to whoever runs this, and nobody else may write to it. */
  readonly isOurs: boolean;
}

/** Where large files lie here, by absolute paths, readable by their owner only. Whatever cannot be touched is a HostError. */
export interface Depot {
  /** Undefined if no file stands there. */
  bytesOf(path: string): Promise<number | undefined>;
  /** A link is not followed; undefined if nothing stands there. */
  standing(path: string): Promise<Standing | undefined>;
  read(path: string, from?: number): AsyncIterable<Buffer>;
  /** Writes behind the first `from` bytes of a file, which is made and whose rest is cut off; what came is on the disk then, also if the bytes end with an error. */
  write(path: string, from: number, chunks: AsyncIterable<Buffer>): Promise<void>;
  hash(path: string): Promise<Hashed>;
  move(from: string, to: string): Promise<void>;
  /** Removes a file, or a directory with all that is in it. */
  remove(path: string): Promise<void>;
  /** How much a disk has left. */
  freeBytes(path: string): Promise<number>;
  wrap(chunks: AsyncIterable<Buffer>, wrapping: Wrapping): AsyncIterable<Buffer>;
  /** @throws BrokenArchive */
  unwrap(chunks: AsyncIterable<Buffer>, wrapping: Wrapping): AsyncIterable<Buffer>;
  /** The same files are always the same bytes. */
  writeTar(sources: readonly TarSource[]): AsyncIterable<Buffer>;
  /** @throws BrokenArchive */
  readTar(chunks: AsyncIterable<Buffer>): AsyncIterable<TarMember>;
}
