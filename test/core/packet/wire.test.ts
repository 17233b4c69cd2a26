import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeFrame } from "../../../src/core/packet/frame.ts";
import { readCapture } from "../../../src/core/pcap/read.ts";

const WIRE = new URL("../../../fixtures/wire/", import.meta.url);

describe("captures of real traffic, whose layers were compared with what tcpdump says of them", () => {
  test.each(["veth", "sll", "sll2"])("%s", async (name) => {
    const frames = readCapture(readFileSync(new URL(`${name}.pcap`, WIRE)), name);
    const lines = frames.map(({ bytes, linkType }) => JSON.stringify(decodeFrame(bytes, linkType)));
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(new URL(`${name}.layers.ndjson`, WIRE).pathname);
  });
});
