import { BrokenArchive, type Depot } from "../../core/model/depot.ts";
import type { Vault } from "./parts.ts";
import { withTries } from "./read-place.ts";
import { readVaultFile, type VaultFile } from "./vault.ts";

export interface BringWish {
  readonly path: string;
  /** How many bytes its manifest says; undefined if it says nothing of it. */
  readonly said: number | undefined;
  /** More than that is not taken, whatever its manifest says. */
  readonly most: number;
  readonly signal: AbortSignal;
}

/**
 * Brings a file of a vault here; where the connection breaks it goes on from what came.
 * @throws BrokenArchive if more comes than should, PlaceError if it breaks again and again
 */
export async function bringFile(
  depot: Depot,
  { vault, file }: { readonly vault: Vault; readonly file: VaultFile },
  { path, said, most, signal }: BringWish,
): Promise<void> {
  const isSaid = said !== undefined && said <= most;
  const limit = isSaid ? said : most;
  const trouble = `${file.name} is ${isSaid ? "not what its manifest says: it has more" : "larger"} than ${limit} bytes`;
  await withTries(async () => {
    const from = (await depot.bytesOf(path)) ?? 0;
    const chunks = readVaultFile(vault, file, { from, signal });
    await depot.write(path, from, within(chunks, limit - from, trouble));
  });
}

async function* within(chunks: AsyncIterable<Buffer>, most: number, trouble: string): AsyncGenerator<Buffer> {
  let left = most;
  for await (const chunk of chunks) {
    left -= chunk.length;
    if (left < 0) throw new BrokenArchive(trouble);
    yield chunk;
  }
}
