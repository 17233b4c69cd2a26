import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openDepot } from "../../../src/host/archive/open-depot.ts";

const PLACE = mkdtempSync(join(tmpdir(), "netlogctl-depot-"));
afterAll(() => rmSync(PLACE, { recursive: true, force: true }));

test("a pipe under the name of a file is not waited for", async () => {
  const pipe = join(PLACE, "m.tgz");
  execFileSync("mkfifo", [pipe]);
  await expect(openDepot().hash(pipe)).rejects.toMatchObject({ code: "EFTYPE" });
  await expect(openDepot().hash(PLACE)).rejects.toMatchObject({ code: "EISDIR" });
});

test("a link under the name of a file is not followed", async () => {
  const [link, other] = [join(PLACE, "link.tgz"), join(PLACE, "other")];
  writeFileSync(other, "of somebody else");
  symlinkSync(other, link);
  await expect(openDepot().hash(link)).rejects.toMatchObject({ code: "ELOOP" });
});

test("a file is read from where it is wished", async () => {
  const path = join(PLACE, "file");
  writeFileSync(path, "0123456789");
  const parts: Buffer[] = [];
  for await (const part of openDepot().read(path, 4)) parts.push(part);
  expect(Buffer.concat(parts).toString()).toBe("456789");
});
