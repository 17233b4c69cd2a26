import { createHash } from "node:crypto";
import { AGE_HEAD_BYTES_MAX, ageBytes } from "../../core/archive/age-size.ts";
import { BrokenArchive, type Depot, type Hashed } from "../../core/model/depot.ts";

/** What is packed into a file. */
export interface Packing {
  readonly path: string;
  readonly chunks: AsyncIterable<Buffer>;
  readonly by: "gzip" | "zstd";
  readonly recipients: readonly string[] | undefined;
  /** Reads what is in the file again. @throws BrokenArchive if it is not what went in */
  readonly verify: (chunks: AsyncIterable<Buffer>) => Promise<void>;
}

/**
 * Packs bytes, and reads the file back before anything relies on it. What is encrypted is read back before it is: who archives
 * cannot decrypt; of the encrypted file the size is checked. @throws BrokenArchive, HostError
 */
export async function pack(depot: Depot, { path, chunks, by, recipients, verify }: Packing): Promise<Hashed> {
  const plain = `${path}.plain`;
  await depot.write(plain, 0, depot.wrap(chunks, { by }));
  await verify(depot.unwrap(depot.read(plain), { by }));
  if (recipients === undefined) await depot.move(plain, path);
  else await encrypt(depot, { plain, path, recipients });
  return await depot.hash(path);
}

interface Encrypting {
  readonly plain: string;
  readonly path: string;
  readonly recipients: readonly string[];
}

async function encrypt(depot: Depot, { plain, path, recipients }: Encrypting): Promise<void> {
  const part = `${path}.part`;
  await depot.write(part, 0, depot.wrap(depot.read(plain), { by: "age", recipients }));
  const wanted = ageBytes(await headOf(depot, part), (await depot.bytesOf(plain)) ?? 0);
  if ((await depot.bytesOf(part)) !== wanted)
    throw new BrokenArchive("what age wrote has not the size that it should have");
  await depot.move(part, path);
  await depot.remove(plain);
}

async function headOf(depot: Depot, path: string): Promise<Buffer> {
  for await (const chunk of depot.read(path)) return chunk.subarray(0, AGE_HEAD_BYTES_MAX);
  return Buffer.alloc(0);
}

/** A member as it should be in the tar. */
export interface WantedMember extends Hashed {
  readonly name: string;
}

/** Says whether a tar holds these members, and no others. */
export function verifyMembers(depot: Depot, wanted: readonly WantedMember[]): Packing["verify"] {
  return async (chunks) => {
    const left = [...wanted];
    for await (const { name, body } of depot.readTar(chunks)) {
      const next = left.shift();
      const found = await hashOf(body);
      if (next?.name === name && next.sha256 === found.sha256 && next.bytes === found.bytes) continue;
      throw new BrokenArchive(`read back, ${name} is not what was packed`);
    }
    if (left.length > 0) throw new BrokenArchive(`read back, ${left[0]?.name} is not there`);
  };
}

/** Says whether a file holds these bytes. It is asked when all of them have been packed. */
export function verifyBytes(wanted: () => Hashed): Packing["verify"] {
  return async (chunks) => {
    const found = await hashOf(chunks);
    if (found.sha256 !== wanted().sha256) throw new BrokenArchive("read back, it is not what was packed");
  };
}

/** The hash of bytes as they come. */
async function hashOf(chunks: AsyncIterable<Buffer>): Promise<Hashed> {
  const sum = createHash("sha256");
  let bytes = 0;
  for await (const chunk of chunks) {
    sum.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: sum.digest("hex") };
}
