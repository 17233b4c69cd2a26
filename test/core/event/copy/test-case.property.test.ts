import fc from "fast-check";
import { expect, test } from "vitest";
import { testCaseOf } from "../../../../src/core/event/copy/test-case.ts";
import type { PacketEvent } from "../../../../src/core/event/event.ts";
import { packetsOf } from "../../../../src/core/log-test/packets.ts";
import { parseTestFile, type TestFile } from "../../../../src/core/log-test/test-file.ts";
import { wiringOf } from "../../../../src/core/log-test/wiring.ts";
import { decodeNetwork } from "../../../../src/core/packet/network.ts";
import { printable } from "../../../../src/core/printable.ts";
import { anyPacketEvent, packetEvent } from "../../../helpers/events.ts";
import { RUNS } from "../../../helpers/runs.ts";

/** A file with the case alone; its interfaces are those that it names. */
function fileOf(text: string): TestFile {
  const names = [...text.matchAll(/\b(?:in|out): "?([A-Za-z0-9_.-]+)"?/g)].map(([, name = ""]) => JSON.stringify(name));
  const interfaces = [...new Set([...names, '"eth0"'])].map((name) => `${name}: [192.0.2.1/24, "2001:db8::1/64"]`);
  return parseTestFile(`version: 1\ninterfaces: { ${interfaces.join(", ")} }\ntests:\n${text}`, "copied.yaml");
}

/** What the packet of a case looks like to rules. */
function seen(file: TestFile): Partial<PacketEvent> {
  const [document] = file.tests[0]?.document.packets ?? [];
  if (document === undefined) throw new Error("a case without a packet");
  const wiring = wiringOf(file.interfaces);
  const [packet] = packetsOf(document, { wiring, captureOf: () => [], where: "here" });
  return decodeNetwork(Buffer.from(packet?.bytes ?? "", "hex"), packet?.etherType ?? 0).layers;
}

/** What of an event rules look at, and a case can say. */
function looks({ src, dst, proto, sport, dport, tcp, icmp, sctp }: PacketEvent): object {
  return {
    ...{ src, dst, proto, ...(sport === undefined ? {} : { sport, dport }) },
    ...(tcp === undefined ? {} : { tcp: { flags: tcp.flags.filter((flag) => flag !== "AE"), seq: tcp.seq } }),
    ...(icmp === undefined ? {} : { icmp: { type: icmp.type, code: icmp.code } }),
    ...(sctp === undefined ? {} : { sctp: { tag: sctp.tag, chunks: ["init"] } }),
  };
}

test("a case is taken by the schema, and its packet is that of the event", () => {
  fc.assert(
    fc.property(packetEvent, (event) => {
      const text = testCaseOf(event, undefined);
      if (text === undefined) return;
      const file = fileOf(text);
      expect(seen(file)).toMatchObject(looks(event));
      expect(file.tests[0]?.document.logged?.[0]?.prefix ?? event.prefix).toBe(event.prefix);
    }),
    { numRuns: RUNS },
  );
});

test("whatever an event holds, its case is one that is taken", () => {
  const bytes = fc.option(
    fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.from(some)),
    { nil: undefined },
  );
  fc.assert(
    fc.property(anyPacketEvent, bytes, (event, copied) => {
      const text = testCaseOf(event, copied);
      if (text === undefined) return;
      for (const line of text.split("\n")) expect(printable(line)).toBe(line);
      expect(fileOf(text).tests).toHaveLength(1);
    }),
    { numRuns: RUNS },
  );
});
