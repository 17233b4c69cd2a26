import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execaSync } from "execa";
import { openDepot } from "../../src/host/archive/open-depot.ts";
import { openLocalHost } from "../../src/host/local-host.ts";
import { openPlace } from "../../src/host/places/open-place.ts";
import type { ArchiveParts } from "../../src/verbs/archive/parts.ts";

export const PARTS: ArchiveParts = { host: openLocalHost(), depot: openDepot(), openPlace };

/** A directory that is removed at the end, and empty ones in it. */
export function scratch(): { readonly path: string; readonly fresh: () => string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "netlogctl-archive-"));
  return {
    path,
    fresh: () => mkdtempSync(join(path, "base-")),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Writes files by their paths. */
export function writeFiles(root: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
}

/** What tar(1) makes of the words. */
export function tar(cwd: string, ...words: string[]): Buffer {
  return Buffer.from(execaSync("tar", words, { cwd, encoding: "buffer" }).stdout);
}
