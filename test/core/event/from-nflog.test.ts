import { describe, expect, test } from "vitest";
import { packetEventOf } from "../../../src/core/event/from-nflog.ts";
import { readNflogMessage } from "../../../src/core/netlink/nflog-message.ts";
import { attribute, message, nflogMessage } from "../../helpers/nflog-messages.ts";

const around = {
  source: "nflog",
  moment: { seconds: 0, nanoseconds: 0 },
  momentSource: "reader",
  interfaceName: () => undefined,
} as const;

describe("packetEventOf", () => {
  test.each([
    [2, 0, "prerouting"],
    [10, 4, "postrouting"],
    [7, 1, "input"],
    [3, 0, "input"],
    [3, 1, "output"],
    [3, 2, "forward"],
    [3, 3, undefined],
    [5, 0, "ingress"],
    [5, 1, "egress"],
    [5, 2, undefined],
  ])("family %d counts hook %d as %s", (family, hook, name) => {
    expect(packetEventOf(readNflogMessage(nflogMessage({ family, hook })), around).hook).toBe(name);
  });

  const protocol = attribute(1, Buffer.from("8100", "hex"));
  const control = attribute(2, Buffer.from("6005", "hex"));

  test.each([
    ["as the kernel has them", [control, protocol]],
    ["the other way round", [protocol, control]],
  ])("a VLAN tag, its parts %s", (_, parts) => {
    const body = [Buffer.from([5, 0, 0, 1]), attribute(20, Buffer.concat(parts))];
    expect(packetEventOf(readNflogMessage(message(body)), around).vlan).toEqual([
      { protocol: 0x8100, id: 5, priority: 3 },
    ]);
  });
});

test.each([
  [0, "established"],
  [1, "related"],
  [2, "new"],
  [3, "established"],
  [4, "related"],
] as const)("the flow of a packet, whichever way it goes: %i is %s", (info, state) => {
  const event = packetEventOf(readNflogMessage(nflogMessage({ flow: [4_000_000_000, info] })), around);
  expect(event).toMatchObject({ ct_id: 4_000_000_000, ct_state: state });
});
