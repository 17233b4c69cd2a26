import { describe, expect, test } from "vitest";
import type { FlowEvent } from "../../../../../src/core/event/event.ts";
import { durationText, sizeText } from "../../../../../src/core/event/formats/flow/amounts.ts";
import { encodeText } from "../../../../../src/core/event/formats/text.ts";
import { textStyle } from "../../../../../src/host/thread/style.ts";
import { BEGUN, ECHO, ENDED } from "../../../../helpers/flows.ts";

describe("encodeText", () => {
  test.each<[string, FlowEvent, string]>([
    [
      "a flow that ended",
      ENDED,
      "11:39:16.102  destroy  tcp    10.9.0.2:40374 > 10.9.0.77:80                  TIME_WAIT    " +
        "dnat 10.9.0.1:8080  mark 0x2a  5 + 4 packets  271 B + 1.2 KiB  2.003 s",
    ],
    ["one that began", BEGUN, "11:39:14.104  new      udp    [2001:db8::2]:52147 > [2001:db8::1]:9999       unreplied"],
    [
      "an echo that was answered",
      ECHO,
      "11:39:14.104  update   icmp   10.9.0.2 > 10.9.0.1                                         type 8 code 0 id 14655",
    ],
    [
      "names, zones, a helper, and who did it",
      {
        ...BEGUN,
        ...{ src_name: "a.example", zone: 5, zone_orig: 6, zone_reply: 7, helper: "ftp", port_id: 9, mark: 0 },
        ...{ nat: { sport: 7000 }, status: ["offload"], change: "listed" },
      },
      "11:39:14.104  listed   udp    a.example:52147 > [2001:db8::1]:9999           offloaded    " +
        "snat [2001:db8::2]:7000  zone 5  zone 6 out  zone 7 back  helper ftp  by netlink port 9",
    ],
  ])("%s", (_, event, line) => {
    expect(encodeText(event)).toBe(line);
  });

  test("colours say what began, what ended, and what is not known from the kernel", () => {
    const style = textStyle(true);
    expect(encodeText(BEGUN, style)).toContain("\u001b[32mnew    \u001b[0m");
    expect(encodeText({ ...ENDED, resync: true as const }, style)).toMatch(/\[36mdestroy.*\[33mfound by resync.\[0m$/);
    expect(encodeText(ECHO, style)).not.toContain("\u001b");
  });
});

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [10_188, "9.9 KiB"],
  [10_189, "10 KiB"],
  [1_048_063, "1023 KiB"],
  [1_048_064, "1.0 MiB"],
  [3_221_225_472, "3.0 GiB"],
  [2 ** 53, "8.0 PiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test.each([
  [0, "0 us"],
  [0.000016294, "16 us"],
  [0.0009994, "999 us"],
  [0.0009996, "1 ms"],
  [0.9994, "999 ms"],
  [0.9996, "1.000 s"],
  [2.003299629, "2.003 s"],
  [59.9994, "59.999 s"],
  [59.9996, "1m 00s"],
  [192.4, "3m 12s"],
  [3599.6, "1h 00m"],
  [7530, "2h 05m"],
  [277_200, "3d 05h"],
])("%d seconds are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
