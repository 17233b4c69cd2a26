import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { Telling } from "../../src/core/model/packet-stream.ts";
import { openLocalHost } from "../../src/host/local-host.ts";
import { openTellingHere } from "../../src/host/thread/telling.ts";
import { convertPackets } from "../../src/verbs/convert-packets.ts";

const place = mkdtempSync(join(tmpdir(), "netlogctl-convert-"));
const output = join(place, "out.ndjson");
const FILE = fileURLToPath(new URL("../../fixtures/wire/sll.pcap", import.meta.url));
afterAll(() => rmSync(place, { recursive: true }));

const TELLING: Telling = {
  ...({ format: "json", fields: "default", payload: undefined, prefixes: [], where: undefined } as const),
  ...{ hasCommunityId: false, hasProgram: false, names: undefined, isForTerminal: false, hasColour: false },
  countMax: undefined,
};

function convert(reason: string): Promise<void> {
  const clock = { year: 2026, offsetMinutes: 0 };
  const wish = { files: [FILE], from: undefined, to: "json", output, telling: TELLING, clock } as const;
  return convertPackets(openLocalHost(), wish, {
    openTelling: openTellingHere,
    say: () => {},
    signal: AbortSignal.abort(reason),
  });
}

test("a signal leaves the file as it was: half of it would be taken for all", async () => {
  await expect(convert("SIGINT")).rejects.toMatchObject({ code: "interrupted", cause: "SIGINT" });
  expect(existsSync(output)).toBe(false);
  writeFileSync(output, "old");
  await expect(convert("SIGTERM")).rejects.toMatchObject({ code: "interrupted" });
  expect(readFileSync(output, "utf8")).toBe("old");
});
