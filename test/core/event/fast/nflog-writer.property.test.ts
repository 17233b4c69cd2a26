import fc from "fast-check";
import { expect, test } from "vitest";
import { NetlogEvent } from "../../../../src/core/event/event.ts";
import { NflogWriter } from "../../../../src/core/event/fast/nflog-writer.ts";
import { encodeText, PLAIN } from "../../../../src/core/event/formats/text.ts";
import type { AtOnce } from "../../../../src/core/event/lines.ts";
import { jsonLine, type PayloadStyle, withPayload } from "../../../../src/core/event/pipeline.ts";
import { encodePacket, type Layer4 } from "../../../../src/core/packet/encode.ts";
import { messages } from "../../../helpers/any-messages.ts";
import { nflogMessage } from "../../../helpers/nflog-messages.ts";
import { RUNS } from "../../../helpers/runs.ts";

const UDP: Layer4 = { kind: "udp", sport: 1000, dport: 2000, data: Buffer.from("hi") };

interface Written {
  readonly lines: string;
  /** How many went the long way. */
  readonly slowly: number;
}

function written(datagram: Buffer, atOnce: AtOnce | undefined, told: AtOnce, style: PayloadStyle | undefined): Written {
  const parts: string[] = [];
  let slowly = 0;
  const writer = new NflogWriter(
    64 * 1024,
    {
      host: "router",
      interfaceName: (index) => (index === 3 ? undefined : `eth${index}`),
      atOnce,
      payload: style,
      linesMax: Number.POSITIVE_INFINITY,
      isWanted: () => true,
    },
    {
      flush: (bytes) => parts.push(bytes.toString("utf8")),
      lineOf: (event, bytes) => {
        slowly += 1;
        const whole = withPayload(event, bytes, style);
        return `${typeof told === "object" ? encodeText(whole, told) : jsonLine(whole, told)}\n`;
      },
      lossLine: (group, gap) => `${JSON.stringify([group, gap])}\n`,
    },
  );
  datagram.copy(writer.input);
  writer.datagram(datagram.length, { seconds: 1_795_966_833, nanoseconds: 123_456_789 });
  writer.flush();
  return { lines: parts.join(""), slowly };
}

test("what is written at once is what the event says, whatever the message is", () => {
  const style = fc.option(
    fc.record({
      encoding: fc.constantFrom("hex" as const, "base64" as const),
      bytesMax: fc.constantFrom(0, 7, 40, 65_535),
    }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(
      messages,
      fc.constantFrom("default" as const, "compact" as const),
      style,
      (all, fields, payloadStyle) => {
        const datagram = Buffer.concat(all);
        const slow = written(datagram, undefined, fields, payloadStyle);
        expect(written(datagram, fields, fields, payloadStyle).lines).toBe(slow.lines);
        for (const line of slow.lines.split("\n").slice(0, -1)) {
          if (line.startsWith("[")) continue;
          if (fields === "default") NetlogEvent.parse(JSON.parse(line));
          // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test("a line for people that is written at once is what the event says, whatever the message is", () => {
  fc.assert(
    fc.property(messages, fc.constantFrom(8, 45), (all, endsWidth) => {
      const style = { ...PLAIN, endsWidth };
      const datagram = Buffer.concat(all);
      const slow = written(datagram, undefined, style, undefined);
      expect(written(datagram, style, style, undefined).lines).toBe(slow.lines);
    }),
    { numRuns: RUNS },
  );
});

test("a message with a prefix that no kernel makes is written all the same", () => {
  const bytes = encodePacket({ from: "192.0.2.1", to: "192.0.2.2", ttl: 64, layer4: UDP });
  const datagram = nflogMessage({ prefix: "\u0001".repeat(30_000), sequence: 0, payload: bytes });
  expect(written(datagram, "default", "default", undefined)).toEqual(
    written(datagram, undefined, "default", undefined),
  );
});

test("the reader's time, an owner and a code of ICMP are told to people, too", () => {
  const layer4: Layer4 = { kind: "icmp", type: 8, code: 3, id: 7, seq: 1, data: Buffer.alloc(8) };
  const payload = encodePacket({ from: "192.0.2.1", to: "192.0.2.2", ttl: 64, layer4 });
  const datagram = nflogMessage({ prefix: "drop:x ", inDevice: 1, uid: 1000, sequence: 0, payload });
  expect(written(datagram, PLAIN, PLAIN, undefined)).toEqual({ lines: ICMP_LINE, slowly: 0 });
});

const ICMP_LINE =
  "15:40:33.123  drop:x            eth1>        icmp 192.0.2.1 > 192.0.2.2                          echo-request code 3 id 7 seq 1  uid 1000  len 36 ttl 64\n";

test.each([
  ["UDP", UDP],
  ["TCP", { kind: "tcp", sport: 1000, dport: 22, flags: ["syn"], seq: 1, ack: 0, data: Buffer.alloc(0) }],
  ["ICMP", { kind: "icmp", type: 8, code: 0, id: 7, seq: 1, data: Buffer.alloc(8) }],
] as const)("a usual packet of %s goes the short way", (_, layer) => {
  const bytes = encodePacket({ from: "192.0.2.1", to: "192.0.2.2", ttl: 64, layer4: layer as Layer4 });
  const datagram = nflogMessage({
    prefix: "x ",
    inDevice: 1,
    time: [1, 2],
    uid: 0,
    gid: 0,
    sequence: 0,
    payload: bytes,
  });
  expect(written(datagram, "default", "default", undefined).slowly).toBe(0);
  expect(written(datagram, PLAIN, PLAIN, undefined).slowly).toBe(0);
});
