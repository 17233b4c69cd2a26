import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Host, openHost } from "../../src/index.ts";
import { readLive } from "../../src/verbs/live-rules.ts";

/** A machine whose nft is a script of sh. */
async function withNft<T>(script: string, read: (host: Host) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "netlogctl-nft-"));
  const nft = join(directory, "nft");
  writeFileSync(nft, `#!/bin/sh\n${script}\n`);
  chmodSync(nft, 0o755);
  const host = await openHost({});
  try {
    return await read({ ...host, run: (_, args) => host.run(nft, args) });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const TABLE =
  '{"nftables": [{"metainfo": {"version": "1.0.6"}}, {"table": {"family": "ip", "name": "t", "handle": 1}}]}';

test.each(["ABRT", "SEGV"])("an nft that ends by SIG%s while it lists is asked again", async (signal) => {
  const script = `[ -e "$0.once" ] || { : > "$0.once"; kill -${signal} $$; }; echo '${TABLE}'`;
  const { tables } = await withNft(script, readLive);
  expect([...tables.keys()]).toEqual(["ip t"]);
});

test("one that always does is a fault with the signal", async () => {
  const read = withNft("kill -ABRT $$", readLive);
  await expect(read).rejects.toThrow(/cannot list the ruleset of .*: nft says: ended by SIGABRT/);
});
