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

/** As nft 1.0.6 does with a table that has one flag. */
const FLAGGED = `case "$*" in
  "-j list ruleset" | "-j list table ip t") kill -SIGNAL $$ ;;
  "list tables") echo "table ip t" ;;
  "-j list chains ip") echo '{"nftables": [{"chain": {"family": "ip", "table": "t", "name": "c", "handle": 1}}]}' ;;
  "-j list chain ip t c") echo '{"nftables": [{"chain": {"family": "ip", "table": "t", "name": "c", "handle": 1}},
    {"rule": {"family": "ip", "table": "t", "chain": "c", "handle": 2, "expr": [{"log": null}]}}]}' ;;
  *) echo '{"nftables": []}' ;;
esac`;

test.each(["ABRT", "SEGV"])(
  "what an nft that ends by SIG%s at a table does not tell is listed piece by piece",
  async (signal) => {
    const { tables } = await withNft(FLAGGED.replace("SIGNAL", signal), readLive);
    expect(tables.get("ip t")?.chains.get("c")?.rules).toHaveLength(1);
  },
);

test("an nft that ends so at a chain, too, is a fault with the signal", async () => {
  const script = FLAGGED.replace("SIGNAL", "ABRT").replace(
    '"-j list chain ip t c") echo',
    '"-j list chain ip t c") kill -ABRT $$$$; echo',
  );
  await expect(withNft(script, readLive)).rejects.toThrow(/cannot list the ruleset of .*: nft says: ended by SIGABRT/);
});
