import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { interfaceBlock, packetBlock, sectionBlock } from "../../src/core/pcap/block-writer.ts";
import { createCaptureReader } from "../../src/core/pcap/read.ts";
import { readCaptures } from "../../src/host/capture/read-captures.ts";
import { openLocalHost } from "../../src/host/local-host.ts";
import { type ExtractWish, extractCaptures } from "../../src/verbs/extract-captures.ts";

const PLACE = mkdtempSync(join(tmpdir(), "netlogctl-extract-"));
const OUTPUT = join(PLACE, "out.pcapng");
const SPAN = { since: undefined, until: undefined };
const SECONDS = Date.parse("2026-11-28T00:00:01Z") / 1000;
afterAll(() => rmSync(PLACE, { recursive: true, force: true }));

const at = (name: string): string => join(PLACE, name);
const blockOf = (seconds: number): Buffer =>
  packetBlock({ number: 0, moment: { seconds, nanoseconds: 0 }, bytes: Buffer.alloc(20), length: 20 });

beforeEach(() => {
  for (const number of [1, 2, 3]) {
    const blocks = [sectionBlock("netlogctl"), interfaceBlock("lo", 1), blockOf(SECONDS + number)];
    writeFileSync(at(`pcap-2026112800000${number}.pcapng`), Buffer.concat(blocks));
  }
});

async function extracted(captures: ExtractWish["captures"]) {
  const said: string[] = [];
  const wish = { ...SPAN, captures, where: undefined, prefixes: [], output: OUTPUT, isMixed: false };
  const signal = new AbortController().signal;
  await extractCaptures(openLocalHost(), wish, { say: (line) => void said.push(line), signal });
  const times = createCaptureReader().push(readFileSync(OUTPUT));
  return { said, times: times.map(({ moment }) => (moment?.seconds ?? 0) - SECONDS) };
}

test("an index whose first packet came at no time leaves nothing out", async () => {
  const head = { version: 1, file: "x", link: "ethernet", from: "a", host: "b", bytes: 0, packets: 1 };
  const index = { ...head, prefixes: {}, interfaces: [], lost: 0, ended: "end", first: "0x", last: "9" };
  writeFileSync(at("pcap-20261128000002.pcapng.index.json"), JSON.stringify(index));
  expect(await extracted(readCaptures(PLACE, SPAN))).toEqual({ said: [], times: [1, 2, 3] });
  rmSync(at("pcap-20261128000002.pcapng.index.json"));
});

test("what a ring has under the name of a capture that is none, or is gone, is said and left out", async () => {
  writeFileSync(at("pcap-20261128000002.pcapng"), "");
  const captures = [...readCaptures(PLACE, SPAN)];
  rmSync(at("pcap-20261128000003.pcapng"));
  const { said, times } = await extracted(captures);
  expect(times).toEqual([1]);
  expect(said).toEqual([
    expect.stringMatching(/^.*000002\.pcapng is left out: .* is no capture/),
    expect.stringMatching(/^.*000003\.pcapng is left out: /),
  ]);
});

test("one that was named is a fault", async () => {
  writeFileSync(at("pcap-20261128000002.pcapng"), "");
  await expect(extracted([{ path: at("pcap-20261128000002.pcapng") }])).rejects.toThrow("is no capture");
});
