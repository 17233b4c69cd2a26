import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLocalHost } from "../../src/host/local-host.ts";
import { findRing } from "../../src/verbs/find-ring.ts";
import { ROOT } from "../helpers/cli.ts";

const directory = mkdtempSync(join(tmpdir(), "netlogctl-ring-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = join(directory, "netlog.yaml");

const ringOf = async (isNamed: boolean, said?: string): Promise<string> =>
  await findRing(openLocalHost(), {
    directory: said,
    intent: { file, isNamed },
    templates: { given: [], own: `${ROOT}templates` },
  });

test("a missing intent, one that is none, and one that says nothing of it mean the usual place, unless it was named", async () => {
  expect(await ringOf(false)).toBe("/var/log/netpcap");
  await expect(ringOf(true)).rejects.toMatchObject({ message: expect.stringContaining("no such file") });
  writeFileSync(file, "version: [");
  expect(await ringOf(false)).toBe("/var/log/netpcap");
  await expect(ringOf(true)).rejects.toMatchObject({ code: "bad-input" });
  writeFileSync(file, "version: 1\n");
  expect(await ringOf(true)).toBe("/var/log/netpcap");
});

test("what was said goes before what the intent says", async () => {
  writeFileSync(file, "version: 1\ncapture: { ring: { directory: /srv/ring } }\n");
  expect(await ringOf(false)).toBe("/srv/ring");
  expect(await ringOf(false, "/tmp/ring")).toBe("/tmp/ring");
});
