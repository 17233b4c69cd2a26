import fc from "fast-check";
import { expect, test } from "vitest";
import { PacketEvent } from "../../../../src/core/event/event.ts";
import { encodeEcs, parseEcs } from "../../../../src/core/event/formats/ecs.ts";
import { encodeEve, parseEve } from "../../../../src/core/event/formats/eve.ts";
import { encodeSpr, parseSpr } from "../../../../src/core/event/formats/spr.ts";
import { encodeUlogd, parseUlogd } from "../../../../src/core/event/formats/ulogd.ts";
import { anyPacketEvent, packetEvent } from "../../../helpers/events.ts";
import { RUNS } from "../../../helpers/runs.ts";

test.each([
  ["spr", (event: PacketEvent) => parseSpr(encodeSpr(event))],
  ["ulogd", (event: PacketEvent) => parseUlogd(encodeUlogd(event))],
  ["eve", (event: PacketEvent) => parseEve(encodeEve(event))],
  ["ecs", (event: PacketEvent) => parseEcs(encodeEcs(event))],
])("an event read from %s has its keys in the order of the schema", (_, again) => {
  fc.assert(
    fc.property(fc.oneof(packetEvent, anyPacketEvent), (event) => {
      const read = again(event)?.event;
      expect(JSON.stringify(read)).toBe(JSON.stringify(PacketEvent.safeParse(read).data));
    }),
    { numRuns: RUNS },
  );
});
