import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packetsOf } from "../../../src/core/log-test/packets.ts";
import { parseTestFile } from "../../../src/core/log-test/test-file.ts";
import { wiringOf } from "../../../src/core/log-test/wiring.ts";
import { Fault } from "../../../src/core/model/fault.ts";
import { RUNS } from "../../helpers/runs.ts";

const FILE = (packet: string, more = "logged: []"): string =>
  `version: 1\ninterfaces: { eth0: [192.0.2.1/24, 2001:db8::1/64], lan0: { addresses: [10.0.0.1], routes: [10.0.0.0/8] } }\ntests:\n  - { name: t, packets: [${packet}], ${more} }\n`;

function said(text: string): string {
  try {
    packets(text);
    return "";
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return `${error.where}: ${error.message}; ${error.remedy}`;
  }
}

/** Its packets in words. */
function packets(text: string): string[] {
  const { interfaces, tests } = parseTestFile(text, "f");
  const wiring = wiringOf(interfaces);
  return tests.flatMap(({ document, where }) =>
    document.packets.flatMap((packet) =>
      packetsOf(packet, { wiring, captureOf: () => [], where }).map(
        (one) => one.text + (one.afterMs === 0 ? "" : ` after ${one.afterMs} ms`),
      ),
    ),
  );
}

describe("packets of a test", () => {
  test.each([
    ["a neighbour asks", "{ in: eth0, tcp: { dport: 22 } }", ["in eth0: tcp 192.0.2.2:40000 > 192.0.2.1:22 syn"]],
    [
      "over the other version",
      "{ in: eth0, icmpv6: echo-request }",
      ["in eth0: icmpv6 2001:db8::2 > 2001:db8::1 echo-request"],
    ],
    ["this host asks", "{ out: lan0, udp: { dport: 53 } }", ["out lan0: udp 10.0.0.1:40000 > 10.0.0.2:53"]],
    [
      "each repetition from another port, at a rate",
      "{ in: eth0, to: 192.0.2.1, udp: { dport: 1 }, times: 2, rate: 4/second, after: 1s }",
      [
        "in eth0: udp 192.0.2.2:40000 > 192.0.2.1:1 after 1000 ms",
        "in eth0: udp 192.0.2.2:40001 > 192.0.2.1:1 after 250 ms",
      ],
    ],
    [
      "this host answers",
      "{ in: eth0, tcp: { dport: 22 }, conversation: open }",
      [
        "in eth0: tcp 192.0.2.2:40000 > 192.0.2.1:22 syn",
        "out eth0: tcp 192.0.2.1:22 > 192.0.2.2:40000 syn,ack",
        "in eth0: tcp 192.0.2.2:40000 > 192.0.2.1:22 ack",
      ],
    ],
    [
      "somebody behind another interface answers",
      "{ in: eth0, from: 198.51.100.1, to: 10.9.9.9, udp: { dport: 53 }, conversation: whole }",
      ["in eth0: udp 198.51.100.1:40000 > 10.9.9.9:53", "in lan0: udp 10.9.9.9:53 > 198.51.100.1:40000"],
    ],
    [
      "somebody answers this host",
      "{ out: eth0, to: 198.51.100.1, icmp: echo-request, conversation: open }",
      ["out eth0: icmp 192.0.2.1 > 198.51.100.1 echo-request", "in eth0: icmp 198.51.100.1 > 192.0.2.1 echo-reply"],
    ],
    [
      "a protocol by its number, and flags that are none",
      "{ in: eth0, protocol: 50 }, { in: eth0, tcp: { dport: 1, flags: none } }",
      ["in eth0: protocol 50 192.0.2.2 > 192.0.2.1", "in eth0: tcp 192.0.2.2:40000 > 192.0.2.1:1 none"],
    ],
  ])("%s", (_, packet, wanted) => {
    expect(packets(FILE(packet))).toEqual(wanted);
  });

  test.each([
    ["neither in nor out", "{ tcp: { dport: 1 } }", "f:4:26: tests[0].packets[0]: a packet has either in:"],
    ["two kinds", "{ in: eth0, udp: { dport: 1 }, icmp: echo-request }", "this has udp and icmp"],
    ["no kind", "{ in: eth0 }", "this has none"],
    ["no such interface", "{ in: eth, icmp: echo-request }", 'f:4:26: there is no interface eth; did you mean "eth0"?'],
    ["a name that is no flag", "{ in: eth0, tcp: { dport: 1, flags: [syn, fine] } }", "known flags are fin, syn"],
    ["a type that is none", "{ in: eth0, icmp: echo }", "echo-request"],
    ["a port that is none", "{ in: eth0, udp: { dport: 65536 } }", "tests[0].packets[0].udp.dport"],
    ["both versions", "{ in: eth0, from: 192.0.2.9, to: 2001:db8::1, udp: { dport: 1 } }", "which are not both IPv4"],
    ["ICMP over IPv6", "{ in: eth0, from: 2001:db8::9, icmp: echo-request }", "which are not both IPv4"],
    ["no address of that version", "{ in: lan0, icmpv6: echo-request }", "lan0 has no IPv6 address"],
    ["half a byte", '{ in: eth0, hex: "450" }', "expected bytes in hexadecimal"],
    ["a short frame", '{ in: eth0, frame: "45 00" }', "a frame has at least 15 bytes"],
    ["a conversation of SCTP", "{ in: eth0, sctp: { dport: 1 }, conversation: open }", "make a conversation"],
    [
      "an unknown key",
      "{ in: eth0, udp: { dprt: 1 } }",
      'tests[0].packets[0].udp.dprt: there is no such key; did you mean "dport"?',
    ],
    [
      "what is missing",
      "{ in: eth0, udp: { sport: 1 } }",
      "tests[0].packets[0].udp.dport: it is missing: expected number",
    ],
  ])("%s is a fault with its place", (_, packet, wanted) => {
    expect(said(FILE(packet))).toContain(wanted);
  });

  test.each([
    ["nothing is expected", FILE("{ in: eth0, icmp: echo-request }", "ordered: true"), 'test "t" expects nothing'],
    [
      "a name twice",
      `${FILE("{ in: eth0, icmp: echo-request }")}  - { name: t, packets: [{ in: eth0, icmp: echo-request }], logged: [] }\n`,
      'a test is called "t" twice, first at f:4:5',
    ],
    ["an alias", "version: 1\ninterfaces: { eth0: &a [192.0.2.1], lan0: *a }\ntests: []", "uses an alias"],
    [
      "an interface of a line",
      FILE("{ in: eth0, icmp: echo-request }", "not-logged: [{ in: eth1 }]"),
      "there is no interface eth1",
    ],
    [
      "a group that is none",
      FILE("{ in: eth0, icmp: echo-request }", "logged: [{ to: group 65536 }]"),
      "65535 at most",
    ],
    ["an intent", "version: 1\nrules: []", "f is an intent, not a file of log tests"],
    [
      "a range from its end",
      FILE("{ in: eth0, icmp: echo-request }", 'logged: [{ count: "2..1" }]'),
      "its end before its beginning",
    ],
    ["no tests", "version: 1\ninterfaces: { eth0: [] }\ntests: []", "tests"],
    ["no interface", "version: 1\ninterfaces: {}\ntests: [{}]", "name an interface"],
  ])("%s is a fault", (_, text, wanted) => {
    expect(said(text)).toContain(wanted);
  });

  test("whatever it is, it is read or a fault", () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("any")),
        fc.dictionary(
          fc.constantFrom(
            "in",
            "out",
            "tcp",
            "udp",
            "dport",
            "icmp",
            "type",
            "name",
            "packets",
            "logged",
            "prefix",
            "count",
            "__proto__",
          ),
          tie("any"),
        ),
      ),
    })).any;
    fc.assert(
      fc.property(value, value, (packet, expected) => {
        const tests = [{ name: "t", packets: [packet], logged: expected }];
        said(JSON.stringify({ version: 1, interfaces: { eth0: ["192.0.2.1/24"] }, tests }));
      }),
      { numRuns: RUNS },
    );
  });
});
