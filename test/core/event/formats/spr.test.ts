import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketEvent } from "../../../../src/core/event/event.ts";
import { encodeSpr, parseSpr } from "../../../../src/core/event/formats/spr.ts";
import { anyPacketEvent, packetEvent } from "../../../helpers/events.ts";
import { packetBytes } from "../../../helpers/packet-bytes.ts";
import { RUNS } from "../../../helpers/runs.ts";

const SYN: PacketEvent = {
  schema: 1,
  kind: "packet",
  ts: "2023-11-14T22:13:20.123456000Z",
  ts_source: "kernel",
  source: "nflog",
  group: 0,
  prefix: "wan:out ",
  topic: "nft:wan:out",
  action: "allowed",
  in: "eth1",
  out: "eth0",
  ether: { src: "8a:83:b6:39:49:2a", dst: "a2:fa:37:bf:37:80", type: 2048, hw_type: 1 },
};
const SYN_BYTES = Buffer.from(
  "RQAAPAPHQABABiLhCgkAAQoJAALgHABRK1djRwAAAACgAvrwFDsAAAIEBbQEAggKADZsvAAAAAABAwMK",
  "base64",
);

/** What SPR's structs gave for it. */
const SYN_LINE =
  '{"Ethernet":{"SrcMAC":"8a:83:b6:39:49:2a","DstMAC":"a2:fa:37:bf:37:80","HwType":1},"TCP":{"Contents":"4BwAUStXY0cAAAAAoAL68BQ7AAACBAW0BAIICgA2bLwAAAAAAQMDCg==","Payload":"","SrcPort":57372,"DstPort":81,"Seq":727147335,"Ack":0,"DataOffset":10,"FIN":false,"SYN":true,"RST":false,"PSH":false,"ACK":false,"URG":false,"ECE":false,"CWR":false,"NS":false,"Window":64240,"Checksum":5179,"Urgent":0,"Options":[{"OptionType":2,"OptionLength":4,"OptionData":"BbQ="},{"OptionType":4,"OptionLength":2,"OptionData":""},{"OptionType":8,"OptionLength":10,"OptionData":"ADZsvAAAAAA="},{"OptionType":1,"OptionLength":1,"OptionData":null},{"OptionType":3,"OptionLength":3,"OptionData":"Cg=="}],"Padding":null},"IP":{"Contents":"RQAAPAPHQABABiLhCgkAAQoJAAI=","Payload":"4BwAUStXY0cAAAAAoAL68BQ7AAACBAW0BAIICgA2bLwAAAAAAQMDCg==","Version":4,"IHL":5,"TOS":0,"Length":60,"Id":967,"Flags":2,"FragOffset":0,"TTL":64,"Protocol":6,"Checksum":8929,"SrcIP":"10.9.0.1","DstIP":"10.9.0.2","Options":null,"Padding":null},"Prefix":"wan:out ","Action":"allowed","Timestamp":"2023-11-14T22:13:20.123456Z","InDev":"eth1","OutDev":"eth0"}';

const PLAIN: PacketEvent = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.000000000Z",
  ts_source: "kernel",
  source: "nflog",
  prefix: "p",
  topic: "nft:p",
};
const PLAIN_END = '"Prefix":"p","Action":"","Timestamp":"2026-11-21T11:37:36Z","InDev":"","OutDev":""';

describe("encodeSpr", () => {
  test("a TCP SYN, byte for byte as SPR's structs give it", () => {
    expect(encodeSpr(SYN, SYN_BYTES)).toBe(SYN_LINE);
  });

  const gopacket = readFileSync(new URL("../../../../fixtures/events/gopacket.ndjson", import.meta.url), "utf8");

  test.each(gopacket.trimEnd().split("\n"))("layers as gopacket 1.1.19 gives them: %.60s", (line) => {
    const { bytes } = JSON.parse(line) as { bytes: string };
    const layers = line.slice(line.indexOf('"layers":{') + '"layers":{'.length, -2);
    expect(encodeSpr(PLAIN, Buffer.from(bytes, "hex"))).toBe(`{${layers},${PLAIN_END}}`);
  });

  const IP6 = "6000000000083a40fd000000000000000000000000000001fd000000000000000000000000000002";
  const IP6_TEXT =
    '"IP":{"Contents":"YAAAAAAIOkD9AAAAAAAAAAAAAAAAAAAB/QAAAAAAAAAAAAAAAAAAAg==","Payload":"gAAAAAABAAE=","Version":6,' +
    '"TrafficClass":0,"FlowLabel":0,"Length":8,"NextHeader":58,"HopLimit":64,"SrcIP":"fd00::1","DstIP":"fd00::2","HopByHop":null}';

  test.each([
    ["IPv6", `${IP6}8000000000010001`, `{${IP6_TEXT},${PLAIN_END}}`],
    ["no IP", "0001080006", `{${PLAIN_END},"Raw":"AAEIAAY="}`],
    ["nothing", "", `{${PLAIN_END},"Raw":""}`],
    ["a head with half its bytes", "4500001c0000", `{${PLAIN_END},"Raw":"RQAAHAAA"}`],
  ])("what SPR tells nothing of: %s", (_, hex, expected) => {
    expect(encodeSpr(PLAIN, Buffer.from(hex, "hex"))).toBe(expected);
  });

  test("a head of TCP that is cut off: what is there, and 0", () => {
    const cut = SYN_BYTES.subarray(0, 28);
    expect(JSON.parse(encodeSpr(SYN, cut)).TCP).toMatchObject({
      Contents: "4BwAUStXY0c=",
      Payload: null,
      SrcPort: 57372,
      DstPort: 81,
      Seq: 727147335,
      DataOffset: 0,
      Options: [],
    });
  });

  test.each([
    ["<b>&\u2028é", '"\\u003cb\\u003e\\u0026\\u2028é"'],
    ['"\\\n\t\b\u0001\u007f', '"\\"\\\\\\n\\t\\b\\u0001\u007f"'],
    ["half \ud800", '"half \\ufffd"'],
  ])("a prefix %j as Go escapes it", (prefix, expected) => {
    expect(encodeSpr({ ...PLAIN, prefix })).toContain(`"Prefix":${expected},`);
  });

  test("without bytes the heads are made of the event's fields", () => {
    const event: PacketEvent = {
      ...PLAIN,
      src: "10.9.0.1",
      dst: "10.9.0.2",
      proto: "udp",
      sport: 5000,
      dport: 53,
      len: 60,
      ttl: 64,
      ip: { version: 4, tos: 0, id: 7, flags: ["DF"] },
      udp: { len: 40 },
    };
    const made = JSON.parse(encodeSpr(event));
    expect(made.UDP).toMatchObject({ SrcPort: 5000, DstPort: 53, Length: 40, Payload: "" });
    expect(made.IP).toMatchObject({ SrcIP: "10.9.0.1", DstIP: "10.9.0.2", Length: 60, Id: 7, Flags: 2, TTL: 64 });
  });

  test("the paths that SPR's script picks with jq", () => {
    const { Timestamp, Prefix, UDP = null, TCP, IP } = JSON.parse(encodeSpr(SYN, SYN_BYTES));
    expect(UDP).toBeNull();
    expect([Timestamp, "TCP", Prefix, `${IP.SrcIP}:${TCP.SrcPort}`, `${IP.DstIP}:${TCP.DstPort}`].join()).toBe(
      "2023-11-14T22:13:20.123456Z,TCP,wan:out ,10.9.0.1:57372,10.9.0.2:81",
    );
  });
});

describe("parseSpr", () => {
  test("gives the event and the packet", () => {
    const parsed = parseSpr(SYN_LINE);
    expect(parsed?.bytes).toEqual(SYN_BYTES);
    expect(parsed?.event).toEqual({
      schema: 1,
      kind: "packet",
      ts: "2023-11-14T22:13:20.123456000Z",
      ts_source: "log",
      source: "nflog",
      prefix: "wan:out ",
      topic: "nft:wan:out",
      action: "allowed",
      in: "eth1",
      out: "eth0",
      ether: { src: "8a:83:b6:39:49:2a", dst: "a2:fa:37:bf:37:80", hw_type: 1 },
      src: "10.9.0.1",
      dst: "10.9.0.2",
      proto: "tcp",
      sport: 57372,
      dport: 81,
      len: 60,
      ttl: 64,
      ip: { version: 4, tos: 0, id: 967, flags: ["DF"] },
      tcp: {
        flags: ["SYN"],
        seq: 727147335,
        ack: 0,
        window: 64240,
        options: { mss: 1460, window_scale: 10, sack_permitted: true, timestamp: [3566780, 0] },
      },
    });
  });

  test("a time in a zone of its own", () => {
    const line = SYN_LINE.replace("22:13:20.123456Z", "23:13:20.123456789+01:00");
    expect(parseSpr(line)?.event.ts).toBe("2023-11-14T22:13:20.123456789Z");
  });

  test.each([
    "",
    "{}",
    "[]",
    "null",
    '{"Prefix":"p"}',
    '{"Timestamp":"yesterday","Prefix":"p"}',
    '{"Timestamp":"2026-99-21T11:37:36Z","Prefix":"p"}',
    '{"timestamp": "2026-11-21T11:37:36.418900", "oob.prefix": "p"}',
  ])("no line of SPR's: %s", (line) => {
    expect(parseSpr(line)).toBeUndefined();
  });
});

describe("laws", () => {
  test("every event is one line of JSON, and it is read back as the schema has it", () => {
    fc.assert(
      fc.property(anyPacketEvent, fc.option(packetBytes, { nil: undefined }), (event, bytes) => {
        const line = encodeSpr(event, bytes);
        expect(line).not.toMatch(/[\n\r\u2028]/);
        expect(PacketEvent.safeParse(parseSpr(line)?.event).error).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });

  test("what SPR's form has comes back", () => {
    fc.assert(
      fc.property(packetEvent, (event) => {
        expect(parseSpr(encodeSpr(event))?.event).toMatchObject(carried(event));
      }),
      { numRuns: RUNS },
    );
  });

  test("the packet comes back, but for what stands behind its end", () => {
    fc.assert(
      fc.property(packetBytes, (bytes) => {
        const back = parseSpr(encodeSpr(PLAIN, bytes))?.bytes;
        expect(back).toEqual(bytes.subarray(0, back?.length));
        expect(back?.length).toBeGreaterThanOrEqual(Math.min(20, bytes.length));
      }),
      { numRuns: RUNS },
    );
  });

  test("other objects with its keys do no harm", () => {
    const value = fc.jsonValue();
    const keys = { Ethernet: value, TCP: value, UDP: value, IP: value, Prefix: value, InDev: value, Raw: value };
    fc.assert(
      fc.property(fc.record(keys, { requiredKeys: [] }), (fields) => {
        const line = JSON.stringify({ Timestamp: "2026-11-21T11:37:36Z", Prefix: "p", ...fields });
        const event = parseSpr(line)?.event;
        if (event !== undefined) expect(PacketEvent.safeParse(event).error).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});

/** The fields of an event that SPR's form has. */
function carried(event: PacketEvent): Partial<PacketEvent> {
  const { ts, prefix, action, src, dst, proto, sport, dport, len, ttl, ip, tcp, udp, src_name, dst_name, ether } =
    event;
  const fields = {
    ts,
    prefix,
    action,
    in: event.in,
    out: event.out,
    src,
    dst,
    proto,
    len,
    ttl,
    ip,
    src_name,
    dst_name,
  };
  const isFragment = ip?.flags?.includes("MF") === true && ip.version === 4;
  const above = isFragment || (tcp ?? udp) === undefined ? {} : { sport, dport, tcp, udp };
  const link = ether === undefined ? {} : { ether: { src: ether.src, dst: ether.dst, hw_type: ether.hw_type } };
  return Object.fromEntries(
    Object.entries({ ...fields, ...above, ...link }).filter(([, value]) => value !== undefined),
  ) as Partial<PacketEvent>;
}
