import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLocalHost } from "../../src/host/local-host.ts";
import { holds, makeChange } from "../../src/verbs/make-change.ts";
import { readDirectory } from "../../src/verbs/read-directory.ts";

const base = mkdtempSync(join(tmpdir(), "netlogctl-rights-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const host = openLocalHost();

test("a directory gets a mode with and without the bit of the group, and back", async () => {
  const path = join(base, "-ring");
  mkdirSync(path);
  chmodSync(path, 0o755);
  const before = await readDirectory(host, path);
  if (before === undefined) throw new Error("it is there");
  expect(before).toMatchObject({ user: userInfo().username, mode: "0755" });
  const change = { do: "set-directory", path, ...before, mode: "2750" } as const;
  expect(await holds(host, change)).toBe(false);
  await makeChange(host, change);
  expect(await holds(host, change)).toBe(true);
  expect(statSync(path).mode & 0o7777).toBe(0o2750);
  await makeChange(host, { do: "set-directory", path, ...before });
  expect(await readDirectory(host, path)).toEqual(before);
});

test("a link to one is it; a file and nothing are none", async () => {
  mkdirSync(join(base, "there"));
  symlinkSync("there", join(base, "link"));
  writeFileSync(join(base, "file"), "");
  expect(await readDirectory(host, join(base, "link"))).toEqual(await readDirectory(host, join(base, "there")));
  for (const name of ["file", "none"]) expect(await readDirectory(host, join(base, name))).toBeUndefined();
});
