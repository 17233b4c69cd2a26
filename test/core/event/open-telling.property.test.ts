import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { packetEventOf } from "../../../src/core/event/from-nflog.ts";
import { openTelling } from "../../../src/core/event/open-telling.ts";
import { FORMATS, type Telling } from "../../../src/core/model/packet-stream.ts";
import { NFULA, readNflogMessage } from "../../../src/core/netlink/nflog-message.ts";
import { attribute, message, nflogMessage, u32 } from "../../helpers/nflog-messages.ts";
import { RUNS } from "../../helpers/runs.ts";

const TELLING: Telling = {
  format: "json",
  fields: "default",
  payload: { encoding: "hex", bytesMax: 100 },
  prefixes: [],
  where: "not has why or port >= 0 or prefix ~ *",
  hasCommunityId: true,
  hasProgram: true,
  names: { hosts: "192.0.2.1 router\n", leases: [] },
  isForTerminal: true,
  hasColour: false,
  countMax: undefined,
};

const same = (text: string): string => text;
const TOOLS = {
  sha1: (bytes: Buffer) => createHash("sha1").update(bytes).digest(),
  style: {
    ...{ blocked: same, allowed: same, began: same, ended: same, trouble: same },
    ...{ prefixWidth: 8, interfacesWidth: 8, endsWidth: 8 },
  },
  programOf: () => "\u001b]0;x\u0007",
};

const bytes = fc.uint8Array({ maxLength: 120 }).map((array) => Buffer.from(array));

/** A message with any attributes, or one as the kernel makes it with any payload, prefix and protocol. */
const anyMessage = fc.oneof(
  fc
    .array(fc.tuple(fc.constantFrom(...Object.values(NFULA)), bytes), { maxLength: 8 })
    .map((parts) => message([u32(0x0200_0005), ...parts.map(([type, value]) => attribute(type, value))])),
  fc
    .record({
      prefix: fc.string({ unit: "binary", maxLength: 30 }).map((text) => text.replaceAll("\0", "")),
      protocol: fc.constantFrom(0x0800, 0x86dd, 0x0806, 0x8100, 0x88cc, 0),
      family: fc.constantFrom(2, 3, 5, 7, 10, 77),
      hook: fc.integer({ min: 0, max: 9 }),
      header: bytes,
      payload: fc
        .tuple(fc.constantFrom(0x45, 0x46, 0x60, 0x00), bytes)
        .map(([first, rest]) => Buffer.concat([Buffer.from([first]), rest])),
    })
    .map(nflogMessage),
  bytes.map((body) => message([body])),
);

test.each(FORMATS)("%s: whatever comes is one line, of which nothing acts upon a terminal", async (format) => {
  const { lines } = await openTelling({ ...TELLING, format }, TOOLS);
  fc.assert(
    fc.property(anyMessage, (raw) => {
      const read = readNflogMessage(raw);
      const event = packetEventOf(read, {
        host: "\u009b31m",
        source: "nflog",
        moment: { seconds: 1, nanoseconds: 2 },
        momentSource: "reader",
        interfaceName: (index) => (index % 2 === 0 ? "\u001b[2J" : undefined),
      });
      const line = lines.lineOf(event, read.payload);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
      expect(line?.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(line?.at(-1)).toBe("\n");
      if (!["text", "iptables"].includes(format)) JSON.parse(line ?? "");
    }),
    { numRuns: RUNS },
  );
});
