import { describe, expect, test } from "vitest";
import { isToldBy, parseVyosConfig, VYOS_CLASSES } from "../../../src/core/flow/vyos-config.ts";

const FILE = "/run/vyos-conntrack-logger.conf";
const read = (config: unknown) => parseVyosConfig(JSON.stringify(config), FILE);

describe("parseVyosConfig", () => {
  test("a file as VyOS writes it", () => {
    const config = {
      event: { new: {}, update: { tcp: {} }, destroy: { icmp: {}, other: {} } },
      queue_size: "10000",
      log_level: "debug",
      timestamp: {},
    };
    expect(read(config)).toEqual({
      filters: { new: VYOS_CLASSES, update: ["tcp"], destroy: ["icmp", "other"] },
      queueSize: 10_000,
      isDebug: true,
      wantsTimestamp: true,
      notes: [],
    });
  });

  test("the least that is taken", () => {
    expect(read({ event: { new: {} } })).toEqual({
      filters: { new: VYOS_CLASSES },
      queueSize: undefined,
      isDebug: false,
      wantsTimestamp: false,
      notes: [],
    });
  });

  test("null is none", () => {
    const { filters, wantsTimestamp } = read({ event: { new: null, update: { tcp: null, udp: {} } }, timestamp: null });
    expect({ filters, wantsTimestamp }).toEqual({ filters: { update: ["udp"] }, wantsTimestamp: false });
  });

  test("what is unknown is said and passed over; a protocol that is unknown is not all", () => {
    const { filters, notes } = read({ event: { new: { sctp: {} }, expect: {} }, colour: "red" });
    expect(filters).toEqual({ new: [] });
    expect(notes).toEqual([
      "Unexpected event group expect",
      "event.new names an unknown protocol: sctp",
      "an unknown key is passed over: colour",
    ]);
  });

  test.each([
    ["10000", 10_000],
    [100, 100],
    [" 7 ", 7],
    ["", undefined],
    [0, undefined],
    ["0", undefined],
    [null, undefined],
  ])("queue_size %o is %o", (queue_size, size) => {
    expect(read({ event: { new: {} }, queue_size }).queueSize).toBe(size);
  });

  test.each([
    ["{", "is no JSON: "],
    ["[]", "is no JSON object"],
    ["{}", "names no events"],
    ['{"event":{}}', "names no events"],
    ['{"event":["new"]}', "names no events"],
    ['{"event":{"new":"tcp"}}', "holds no object under event.new"],
    ['{"event":{"new":{}},"queue_size":"many"}', "has a queue_size that is no number"],
    ['{"event":{"new":{}},"queue_size":-1}', "has a queue_size that is no number"],
    ['{"event":{"new":{}},"queue_size":[1]}', "has a queue_size that is no number"],
  ])("%s is a fault", (text, what) => {
    expect(() => parseVyosConfig(text, FILE)).toThrow(
      expect.objectContaining({ code: "bad-input", message: expect.stringContaining(`${FILE} ${what}`) }),
    );
  });
});

describe("isToldBy", () => {
  const { filters } = read({ event: { new: {}, update: { tcp: {} }, destroy: { other: {}, icmp: {} } } });

  test.each([
    ["new", "udp", true],
    ["new", "253", true],
    ["update", "tcp", true],
    ["update", "udp", false],
    ["destroy", "icmp", true],
    ["destroy", "icmpv6", true],
    ["destroy", "sctp", true],
    ["destroy", "tcp", false],
    ["listed", "tcp", false],
  ] as const)("%s of %s: %s", (change, proto, isTold) => {
    expect(isToldBy(filters, { change, proto })).toBe(isTold);
  });

  test("an event that is not named is not told", () => {
    expect(isToldBy({}, { change: "new", proto: "tcp" })).toBe(false);
  });
});
