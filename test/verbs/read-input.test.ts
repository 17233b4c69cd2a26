import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLocalHost } from "../../src/host/local-host.ts";
import { readInput, readObeyed } from "../../src/verbs/read-input.ts";

const place = mkdtempSync(join(tmpdir(), "netlogctl-input-"));
const path = join(place, "rules.nft");
afterAll(() => rmSync(place, { recursive: true }));

test.each([
  ["what a power cut leaves", Buffer.alloc(4096), "line 1 has a NUL"],
  ["a NUL in the middle", Buffer.from("table ip a { }\n\0\ntable ip b { }\n"), "line 2 has a NUL"],
])("%s is no text", async (_what, bytes, says) => {
  writeFileSync(path, bytes);
  for (const read of [readInput, readObeyed]) {
    await expect(read(openLocalHost(), path)).rejects.toMatchObject({
      code: "bad-input",
      where: path,
      message: expect.stringContaining(says),
    });
  }
});

test("what the machine is to become by is UTF-8; what is only looked at need not be", async () => {
  writeFileSync(path, Buffer.from('log prefix "a\xff "', "latin1"));
  await expect(readObeyed(openLocalHost(), path)).rejects.toMatchObject({ code: "bad-input", where: path });
  expect((await readInput(openLocalHost(), path)).text).toBe('log prefix "a\ufffd "');
});
