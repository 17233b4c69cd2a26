import { describe, expect, test } from "vitest";
import type { FlowEvent } from "../../../../../src/core/event/event.ts";
import { encodeIpfixJson } from "../../../../../src/core/event/formats/flow/ipfix-json.ts";
import { BEGUN, ECHO, ENDED } from "../../../../helpers/flows.ts";

describe("encodeIpfixJson", () => {
  test.each<[string, FlowEvent, string]>([
    [
      "a flow that ended",
      ENDED,
      '{"observationTimeNanoseconds":"2026-11-21T11:39:16.102901234Z","observationDomainName":"fw","flowId":230710034,' +
        '"firewallEvent":2,"natEvent":5,"ipVersion":4,"protocolIdentifier":6,"biflowDirection":1,' +
        '"sourceIPv4Address":"10.9.0.2","destinationIPv4Address":"10.9.0.77",' +
        '"sourceTransportPort":40374,"destinationTransportPort":80,' +
        '"postNATDestinationIPv4Address":"10.9.0.1","postNAPTDestinationTransportPort":8080,' +
        '"octetDeltaCount":271,"packetDeltaCount":5,"reverseOctetDeltaCount":1235,"reversePacketDeltaCount":4,' +
        '"flowStartNanoseconds":"2026-11-21T11:39:14.099554714Z","flowEndNanoseconds":"2026-11-21T11:39:16.102854343Z",' +
        '"flowEndReason":3}',
    ],
    [
      "one that began",
      BEGUN,
      '{"observationTimeNanoseconds":"2026-11-21T11:39:14.104124425Z","flowId":3538731058,"firewallEvent":1,"ipVersion":6,' +
        '"protocolIdentifier":17,"biflowDirection":1,"sourceIPv6Address":"2001:db8::2","destinationIPv6Address":"2001:db8::1",' +
        '"sourceTransportPort":52147,"destinationTransportPort":9999}',
    ],
    [
      "an echo",
      ECHO,
      '{"observationTimeNanoseconds":"2026-11-21T11:39:14.104124425Z","flowId":7,"firewallEvent":5,"ipVersion":4,' +
        '"protocolIdentifier":1,"biflowDirection":1,"sourceIPv4Address":"10.9.0.2","destinationIPv4Address":"10.9.0.1",' +
        '"icmpTypeIPv4":8,"icmpCodeIPv4":0}',
    ],
  ])("%s", (_, event, line) => {
    expect(encodeIpfixJson(event)).toBe(line);
  });

  test("counts of a flow that goes on are totals", () => {
    const told = JSON.parse(encodeIpfixJson({ ...ENDED, change: "listed" }));
    expect(told).toMatchObject({ octetTotalCount: 271, reversePacketTotalCount: 4 });
    expect(told).not.toHaveProperty("octetDeltaCount");
    expect(told).not.toHaveProperty("firewallEvent");
  });

  test.each<[string, Partial<FlowEvent>, number | undefined]>([
    ["by a program", { port_id: 9 }, 4],
    ["by TCP", { state: "CLOSE" }, 3],
    ["by its time", { state: "ESTABLISHED" }, 1],
    ["UDP, by its time", { proto: "udp", state: "CLOSE" }, 1],
    ["nobody knows", { resync: true }, undefined],
  ])("ended %s", (_, fields, reason) => {
    expect(JSON.parse(encodeIpfixJson({ ...ENDED, ...fields })).flowEndReason).toBe(reason);
  });

  test.each<[Partial<FlowEvent>, number | undefined]>([
    [{ change: "new" }, 4],
    [{ change: "update" }, undefined],
    [{ family: "ip6" }, undefined],
  ])("an event of NAT: %o", (fields, number) => {
    expect(JSON.parse(encodeIpfixJson({ ...ENDED, ...fields })).natEvent).toBe(number);
  });
});
