import { describe, expect, test } from "vitest";
import {
  complaintIn,
  droppedIn,
  saysListening,
  saysNoUser,
  snifferWords,
} from "../../../src/core/capture/sniffer-words.ts";

const WISH = {
  netnsPath: undefined,
  interface: "eth0",
  filter: undefined,
  snaplen: 0,
  roomBytes: 2 ** 26,
  countMax: undefined,
};
const FULL = { ...WISH, filter: "not port 22", snaplen: 96, countMax: 5 };

test.each([
  ["tcpdump", WISH, "-i eth0 --time-stamp-precision=nano --immediate-mode -U -n -w - -B 65536 --"],
  [
    "tcpdump",
    FULL,
    "-i eth0 --time-stamp-precision=nano --immediate-mode -U -n -w - -B 65536 -s 96 -c 5 -- not port 22",
  ],
  ["dumpcap", WISH, "-i eth0 -n -q -B 64 -w -"],
  ["dumpcap", { ...WISH, interface: "any" }, "-i any -y LINUX_SLL2 -n -q -B 64 -w -"],
  ["dumpcap", FULL, "-i eth0 -n -q -B 64 -s 96 -c 5 -f not port 22 -w -"],
] as const)("what %s is asked", (program, wish, words) => {
  expect(snifferWords(program, wish).join(" ")).toBe(words);
});

const TCPDUMP = "tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n";
const TCPDUMP_END = `${TCPDUMP}10 packets captured\n12 packets received by filter\n2 packets dropped by kernel\n`;
const DUMPCAP = "Capturing on 'eth0'\nFile: -\n";
const DUMPCAP_END = `${DUMPCAP}Packets captured: 10\nPackets received/dropped on interface 'eth0': 10/7 (pcap:7/dumpcap:0/flushed:0/ps_ifdrop:0) (58.8%)\n`;

describe("what such a program says", () => {
  test("that it captures", () => {
    expect([TCPDUMP, DUMPCAP, "tcpdump: nope: No such device exists\n"].map(saysListening)).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("that it cannot become another user", () => {
    const said = "tcpdump: Couldn't change to 'tcpdump' uid=102 gid=105: Operation not permitted\n";
    expect([said, TCPDUMP].map(saysNoUser)).toEqual([true, false]);
  });

  test("what was dropped", () => {
    expect([TCPDUMP, TCPDUMP_END, DUMPCAP_END].map(droppedIn)).toEqual([0, 2, 7]);
  });

  test("what it complains of", () => {
    const filter = `${TCPDUMP}tcpdump: can't parse filter expression: syntax error\n`;
    expect(complaintIn(filter)).toBe("can't parse filter expression: syntax error");
    expect(complaintIn(TCPDUMP)).toBe("");
  });
});
