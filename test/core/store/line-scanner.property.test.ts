import fc from "fast-check";
import { expect, test } from "vitest";
import type { NetlogEvent } from "../../../src/core/event/event.ts";
import { inOrder, jsonLine } from "../../../src/core/event/pipeline.ts";
import { packAddresses } from "../../../src/core/store/address-key.ts";
import { cursorBefore, LineScanner, timeAt } from "../../../src/core/store/line-scanner.ts";
import { address4, address6, anyPacketEvent, hostileText, lossEvent, packetEvent } from "../../helpers/events.ts";
import { flowEvent } from "../../helpers/flow-events.ts";
import { RUNS } from "../../helpers/runs.ts";

const oddFlow = fc
  .tuple(flowEvent, hostileText, hostileText)
  .map(([flow, src, from]) => ({ ...flow, src, reply: { ...flow.reply, src: from } }));
const unreachable = fc.tuple(packetEvent, address4, address6).map(([packet, src, dst]) => {
  return { ...packet, icmp: { type: 3, code: 1, inner: { src, dst, proto: "udp" } } };
});
const event = fc.oneof(packetEvent, anyPacketEvent, unreachable, flowEvent, oddFlow, lossEvent);

test("what is found in lines is what they say", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), (events) => {
      const lines = events.map((one, index) => lineOf(one, index + 1));
      const text = lines.join("");
      const scanner = new LineScanner(text);
      let start = 0;
      for (const [index, line] of lines.entries()) {
        const end = start + line.length;
        const parsed = JSON.parse(line) as NetlogEvent;
        expect(timeAt(text, start)).toBe(parsed.ts);
        expect(cursorBefore(text, end - 1)).toBe(index + 1);
        const raw = scanner.rawPrefix(start, end);
        expect(raw && JSON.parse(`"${raw}"`)).toBe("prefix" in parsed ? parsed.prefix : undefined);
        const found = new Set<string>();
        scanner.addresses(start, end, (address) => found.add(address));
        expect(packAddresses(found)).toEqual(packAddresses(addressesOf(parsed)));
        start = end;
      }
    }),
    { numRuns: RUNS },
  );
});

function lineOf(one: NetlogEvent, cursor: number): string {
  const ordered = one.kind === "loss" ? one : inOrder(one);
  return `${jsonLine({ ...ordered, cursor }, "default")}\n`;
}

function addressesOf(one: NetlogEvent): Set<string> {
  if (one.kind === "loss") return new Set();
  const more =
    one.kind === "flow"
      ? [one.reply.src, one.reply.dst]
      : [one.arp?.sender, one.arp?.target, one.icmp?.inner?.src, one.icmp?.inner?.dst];
  return new Set([one.src, one.dst, ...more].filter((text) => text !== undefined));
}
