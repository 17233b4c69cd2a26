import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketEvent } from "../../../../src/core/event/event.ts";
import { encodeUlogd, parseUlogd } from "../../../../src/core/event/formats/ulogd.ts";
import { anyPacketEvent, packetEvent } from "../../../helpers/events.ts";
import { packetBytes } from "../../../helpers/packet-bytes.ts";
import { RUNS } from "../../../helpers/runs.ts";

const CAPTURED = readFileSync(new URL("../../../../fixtures/events/ulogd.ndjson", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((text) => ({
    line: text.slice(text.indexOf('"line":{') + '"line":'.length, -1),
    bytes: Buffer.from((JSON.parse(text) as { bytes: string }).bytes, "hex"),
  }));

const SYN_LINE =
  '{"timestamp": "2026-11-21T11:37:36.418900", "dvc": "lab", "raw.pktlen": 60, "raw.pktcount": 1, "oob.prefix": "wan:in ", "oob.time.sec": 1795261056, "oob.time.usec": 418900, "oob.mark": 0, "oob.ifindex_in": 2, "oob.hook": 1, "raw.mac_len": 14, "oob.seq.local": 2, "oob.seq.global": 3, "oob.family": 2, "oob.protocol": 2048, "action": "allowed", "raw.type": 1, "raw.mac.addrlen": 6, "ip.protocol": 6, "ip.tos": 0, "ip.ttl": 64, "ip.totlen": 60, "ip.ihl": 5, "ip.csum": 21387, "ip.id": 54044, "ip.fragoff": 16384, "src_port": 36034, "dest_port": 8080, "tcp.seq": 3920117193, "tcp.ackseq": 0, "tcp.window": 64240, "tcp.offset": 0, "tcp.reserved": 0, "tcp.urg": 0, "tcp.ack": 0, "tcp.psh": 0, "tcp.rst": 0, "tcp.syn": 1, "tcp.fin": 0, "tcp.res1": 0, "tcp.res2": 0, "tcp.csum": 5187, "oob.in": "v0", "oob.out": "", "src_ip": "10.9.0.2", "dest_ip": "10.9.0.1", "mac.saddr.str": "72:8e:a8:9a:7c:23", "mac.daddr.str": "e2:da:21:85:98:61", "mac.str": "e2:da:21:85:98:61:72:8e:a8:9a:7c:23:08:00"}';

const SYN: PacketEvent = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.418900000Z",
  ts_source: "log",
  host: "lab",
  source: "nflog",
  prefix: "wan:in ",
  topic: "nft:wan:in",
  action: "allowed",
  hook: "input",
  family: "ip",
  in: "v0",
  in_index: 2,
  seq: 2,
  seq_global: 3,
  ether: { src: "72:8e:a8:9a:7c:23", dst: "e2:da:21:85:98:61", type: 2048, hw_type: 1 },
  src: "10.9.0.2",
  dst: "10.9.0.1",
  proto: "tcp",
  sport: 36034,
  dport: 8080,
  len: 60,
  ttl: 64,
  ip: { version: 4, tos: 0, id: 54044, flags: ["DF"] },
  tcp: { flags: ["SYN"], seq: 3920117193, ack: 0, window: 64240 },
};

describe("encodeUlogd", () => {
  test.each(CAPTURED)("a captured packet, byte for byte: $line", ({ line, bytes }) => {
    const event = parseUlogd(line)?.event as PacketEvent;
    expect(encodeUlogd(event, bytes)).toBe(line);
  });

  test("without bytes there are no checksums", () => {
    expect(encodeUlogd(SYN)).toBe(SYN_LINE.replaceAll(/, "(?:ip|tcp)\.csum": \d+/g, ""));
  });

  test.each([
    ["<é>", '"<é>"'],
    ['"\\\n\u001b\u007f', '"\\"\\\\\\n\\u001B\u007f"'],
    ["half \udfff", '"half \ufffd"'],
  ])("a prefix %j as jansson escapes it", (prefix, expected) => {
    expect(encodeUlogd({ ...SYN, prefix })).toContain(`"oob.prefix": ${expected},`);
  });

  test("a packet of which nothing was copied", () => {
    const { schema, kind, ts, ts_source, source, prefix, topic } = SYN;
    expect(encodeUlogd({ schema, kind, ts, ts_source, source, prefix, topic })).toBe(
      '{"timestamp": "2026-11-21T11:37:36.418900", "dvc": "Netfilter", "raw.pktcount": 1, "oob.prefix": "wan:in ", ' +
        '"oob.time.sec": 1795261056, "oob.time.usec": 418900, "oob.mark": 0, "oob.in": "", "oob.out": ""}',
    );
  });
});

describe("parseUlogd", () => {
  test("gives the event", () => {
    expect(parseUlogd(SYN_LINE)).toEqual({ event: SYN });
  });

  test("without the seconds the text of the time is taken for UTC", () => {
    const line = '{"@timestamp": "2026-11-21T11:37:36.418900+0100", "@version": 1, "oob.prefix": "drop "}';
    expect(parseUlogd(line)?.event).toMatchObject({ ts: "2026-11-21T10:37:36.418900000Z", action: "blocked" });
  });

  test.each([
    "",
    "{}",
    "[1]",
    '{"oob.prefix": "p"}',
    '{"oob.prefix": "p", "timestamp": "Nov 21"}',
    '{"timestamp": "2026-11-21T11:37:38", "dvc": "Netfilter", "orig.ip.protocol": 6, "ct.event": 4}',
  ])("no line of ulogd's about a packet: %s", (line) => {
    expect(parseUlogd(line)).toBeUndefined();
  });
});

describe("laws", () => {
  test("every event is one line of JSON, and it is read back as the schema has it", () => {
    fc.assert(
      fc.property(anyPacketEvent, fc.option(packetBytes, { nil: undefined }), (event, bytes) => {
        const line = encodeUlogd(event, bytes);
        expect(line).not.toMatch(/[\n\r]/);
        expect(PacketEvent.safeParse(parseUlogd(line)?.event).error).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });

  test("what ulogd's form has comes back", () => {
    fc.assert(
      fc.property(packetEvent, (event) => {
        expect(parseUlogd(encodeUlogd(event))?.event).toMatchObject(carried(event));
      }),
      { numRuns: RUNS },
    );
  });

  test("other values under its keys do no harm", () => {
    const keys = Object.keys(JSON.parse(SYN_LINE) as object);
    const values = Object.fromEntries(keys.map((key) => [key, fc.jsonValue({ maxDepth: 1 })]));
    fc.assert(
      fc.property(fc.record(values, { requiredKeys: [] }), (fields) => {
        const event = parseUlogd(JSON.stringify({ ...JSON.parse(SYN_LINE), ...fields }))?.event;
        if (event !== undefined) expect(PacketEvent.safeParse(event).error).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});

/** The fields of an event that ulogd's form has. */
function carried(event: PacketEvent): Partial<PacketEvent> {
  const { ts, host, prefix, action, family, in_index, out_index, mark, uid, gid, seq, seq_global, ether } = event;
  const around = { ts, host, prefix, action, family, in: event.in, in_index: in_index || undefined, out: event.out };
  const counted = { out_index: out_index || undefined, mark, uid, gid, seq, seq_global, ether };
  const { src, dst, proto, sport, dport, len, ttl, udp } = event;
  const isNetdev = event.hook === "ingress" || event.hook === "egress";
  const hook = isNetdev === (family === "netdev") ? event.hook : undefined;
  const { options: _, ...ip } = event.ip ?? {};
  const { options: __, ...tcp } = event.tcp ?? {};
  const ports = proto === "sctp" && event.ip?.version === 6 ? {} : { sport, dport };
  const layers = { src, dst, proto, ...ports, len, ttl, udp, icmp: echoOf(event) };
  const whole = { ...around, ...counted, hook, ...layers, ip: event.ip && ip, tcp: event.tcp && tcp };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as Partial<PacketEvent>;
}

/** Of ICMP ulogd knows type and code, and of echoes what they are numbered by. */
function echoOf({ icmp, proto, ip }: PacketEvent): Partial<PacketEvent["icmp"]> {
  if (icmp === undefined || (proto === "icmp") !== (ip?.version === 4)) return undefined;
  const { type, code } = icmp;
  const isEcho = (proto === "icmp" ? [0, 8] : [128, 129]).includes(type);
  return isEcho ? icmp : { type, code };
}
