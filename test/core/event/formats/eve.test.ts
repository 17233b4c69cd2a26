import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketEvent } from "../../../../src/core/event/event.ts";
import { encodeEve, parseEve } from "../../../../src/core/event/formats/eve.ts";
import { anyPacketEvent, packetEvent } from "../../../helpers/events.ts";
import { RUNS } from "../../../helpers/runs.ts";

const SYN: PacketEvent = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.418900123Z",
  ts_source: "kernel",
  host: "lab",
  source: "nflog",
  group: 1,
  prefix: "drop:input ",
  topic: "nft:drop:input",
  action: "blocked",
  hook: "input",
  in: "eth0",
  seq: 7,
  ether: { src: "72:8e:a8:9a:7c:23", dst: "e2:da:21:85:98:61", type: 2048 },
  vlan: [{ protocol: 0x8100, id: 42, priority: 0 }],
  src: "10.9.0.2",
  dst: "10.9.0.1",
  proto: "tcp",
  sport: 36034,
  dport: 22,
  len: 60,
  ttl: 64,
  ip: { version: 4, tos: 0, id: 54044, flags: ["DF"] },
  tcp: { flags: ["SYN"], seq: 3920117193, ack: 0, window: 64240 },
  community_id: "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
};

const SYN_LINE =
  '{"timestamp":"2026-11-21T11:37:36.418900+0000","in_iface":"eth0","event_type":"drop","vlan":[42],' +
  '"src_ip":"10.9.0.2","src_port":36034,"dest_ip":"10.9.0.1","dest_port":22,"proto":"TCP",' +
  '"ether":{"src_mac":"72:8e:a8:9a:7c:23","dest_mac":"e2:da:21:85:98:61","ether_type":2048},"host":"lab",' +
  '"community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg=",' +
  '"drop":{"len":60,"tos":0,"ttl":64,"ipid":54044,"tcpseq":3920117193,"tcpack":0,"tcpwin":64240,' +
  '"syn":true,"ack":false,"psh":false,"rst":false,"urg":false,"fin":false,"tcpres":0,"tcpurgp":0},' +
  '"netfilter":{"kind":"packet","group":1,"prefix":"drop:input ","action":"blocked","hook":"input","seq":7}}';

const PING6: PacketEvent = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.000000000Z",
  ts_source: "kernel",
  source: "nflog",
  prefix: "p\u009b\u2028",
  topic: "nft:p\u009b",
  src: "fd00::1",
  dst: "fd00::2",
  proto: "icmpv6",
  len: 48,
  ttl: 64,
  ip: { version: 6, tos: 0 },
  icmp: { type: 128, code: 0, id: 1, seq: 2 },
  payload: "6000",
  payload_encoding: "hex",
};

const PING6_LINE =
  '{"timestamp":"2026-11-21T11:37:36.000000+0000","event_type":"packet","src_ip":"fd00::1","dest_ip":"fd00::2",' +
  '"proto":"IPv6-ICMP","icmp_type":128,"icmp_code":0,"packet":"YAA=","packet_info":{"linktype":12},' +
  '"header":{"len":8,"tc":0,"hoplimit":64,"flowlbl":0,"icmp_id":1,"icmp_seq":2},' +
  '"netfilter":{"kind":"packet","prefix":"p\\u009b\\u2028"}}';

describe("encodeEve", () => {
  test.each([
    ["a blocked packet", SYN, SYN_LINE],
    ["a packet of which no verdict is known, with its bytes", PING6, PING6_LINE],
  ])("%s", (_, event, line) => {
    expect(encodeEve(event)).toBe(line);
  });
});

describe("parseEve", () => {
  test("gives the event", () => {
    expect(parseEve(SYN_LINE)?.event).toEqual({
      ...SYN,
      ts: "2026-11-21T11:37:36.418900000Z",
      ts_source: "log",
      ip: { version: 4, tos: 0, id: 54044 },
    });
  });

  test("gives the bytes", () => {
    expect(parseEve(PING6_LINE)?.bytes).toEqual(Buffer.from("6000", "hex"));
  });

  test("a drop of Suricata's own", () => {
    const line =
      '{"timestamp":"2023-01-02T03:04:05.678901+0100","flow_id":1,"in_iface":"eth0","event_type":"drop","src_ip":"1.2.3.4",' +
      '"src_port":1,"dest_ip":"5.6.7.8","dest_port":53,"proto":"UDP","drop":{"len":60,"tos":0,"ttl":64,"ipid":1,"udplen":40,' +
      '"reason":"rules"},"packet":"AAAAAAAAAAAAAAAACABFAA==","packet_info":{"linktype":1}}';
    expect(parseEve(line)).toEqual({
      event: {
        schema: 1,
        kind: "packet",
        ts: "2023-01-02T02:04:05.678901000Z",
        ts_source: "log",
        source: "nflog",
        prefix: "",
        topic: "nft:",
        action: "blocked",
        in: "eth0",
        src: "1.2.3.4",
        dst: "5.6.7.8",
        proto: "udp",
        sport: 1,
        dport: 53,
        len: 60,
        ttl: 64,
        ip: { version: 4, tos: 0, id: 1 },
        udp: { len: 40 },
        payload: "AAAAAAAAAAAAAAAACABFAA==",
        payload_encoding: "base64",
      },
      bytes: Buffer.from("4500", "hex"),
    });
  });

  test.each(["", "{}", '{"timestamp":"2026-11-21T11:37:36.0+0000","event_type":"flow"}', '{"event_type":"drop"}'])(
    "no line about a packet: %s",
    (line) => {
      expect(parseEve(line)).toBeUndefined();
    },
  );
});

describe("laws", () => {
  test("every event is one line of JSON that no terminal acts upon", () => {
    fc.assert(
      fc.property(anyPacketEvent, (event) => {
        const line = encodeEve(event);
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
        expect(JSON.parse(line)).toHaveProperty("netfilter");
      }),
      { numRuns: RUNS },
    );
  });

  test("what EVE has comes back", () => {
    fc.assert(
      fc.property(packetEvent, (event) => {
        expect(parseEve(encodeEve(event))?.event).toMatchObject(carried(event));
      }),
      { numRuns: RUNS },
    );
  });

  test("other values under its keys do no harm", () => {
    const fields = JSON.parse(SYN_LINE) as object;
    const values = Object.fromEntries(Object.keys(fields).map((key) => [key, fc.jsonValue({ maxDepth: 1 })]));
    fc.assert(
      fc.property(fc.record(values, { requiredKeys: [] }), (others) => {
        const event = parseEve(JSON.stringify({ ...fields, ...others }))?.event;
        if (event !== undefined) expect(PacketEvent.safeParse(event).error).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});

/** All of an event but where it was read, tags without their priority, and what the header object leaves out. */
function carried(event: PacketEvent): Partial<PacketEvent> {
  const { ts_source: _, ether, ip, tcp, sctp: __, vlan, ...rest } = event;
  const inEve = (flag: string): boolean => flag !== "ECE" && flag !== "CWR";
  return {
    ...rest,
    ...(ether === undefined ? {} : { ether: { src: ether.src, dst: ether.dst, type: ether.type } as typeof ether }),
    ...(vlan === undefined ? {} : { vlan: vlan.map(({ id }) => ({ protocol: 0x8100, id, priority: 0 })) }),
    ...(ip === undefined
      ? {}
      : { ip: { version: ip.version, tos: ip.tos, ...(ip.id === undefined ? {} : { id: ip.id }) } }),
    ...(tcp === undefined ? {} : { tcp: { ...withoutOptions(tcp), flags: tcp.flags.filter(inEve) } }),
  };
}

function withoutOptions<T extends { options?: unknown }>({ options: _, ...rest }: T): Omit<T, "options"> {
  return rest;
}
