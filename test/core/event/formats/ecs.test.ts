import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketEvent } from "../../../../src/core/event/event.ts";
import { encodeEcs, parseEcs } from "../../../../src/core/event/formats/ecs.ts";
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
  in_index: 2,
  mark: 5,
  uid: 1000,
  gid: 0,
  seq: 7,
  ether: { src: "72:8e:a8:9a:7c:23", dst: "e2:da:21:85:98:61", type: 2048 },
  vlan: [
    { protocol: 0x88a8, id: 42, priority: 1 },
    { protocol: 0x8100, id: 7, priority: 0 },
  ],
  src: "10.9.0.2",
  dst: "10.9.0.1",
  proto: "tcp",
  sport: 36034,
  dport: 22,
  len: 60,
  ttl: 64,
  ip: { version: 4, tos: 0, id: 54044, flags: ["DF"] },
  src_name: "a.example",
  community_id: "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
  payload: "4500",
  payload_encoding: "hex",
};

const SYN_LINE =
  '{"@timestamp":"2026-11-21T11:37:36.418900123Z","ecs":{"version":"8.11.0"},' +
  '"event":{"kind":"event","category":["network"],"type":["connection","denied"],"action":"blocked"},' +
  '"rule":{"name":"drop:input"},' +
  '"source":{"ip":"10.9.0.2","port":36034,"mac":"72-8E-A8-9A-7C-23","domain":"a.example"},' +
  '"destination":{"ip":"10.9.0.1","port":22,"mac":"E2-DA-21-85-98-61"},' +
  '"network":{"type":"ipv4","transport":"tcp","iana_number":"6","community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg=",' +
  '"direction":"ingress","vlan":{"id":"42"},"inner":{"vlan":{"id":"7"}}},' +
  '"observer":{"hostname":"lab","ingress":{"interface":{"id":"2","name":"eth0"}}},"user":{"id":"1000","group":{"id":"0"}},' +
  '"netlogctl":{"kind":"packet","ts_source":"kernel","source":"nflog","group":1,"prefix":"drop:input ","hook":"input",' +
  '"mark":5,"seq":7,"len":60,"ttl":64,"ip":{"version":4,"tos":0,"id":54044,"flags":["DF"]},"payload":"4500",' +
  '"payload_encoding":"hex","ether":{"type":2048},' +
  '"vlan":[{"protocol":34984,"id":42,"priority":1},{"protocol":33024,"id":7,"priority":0}]}}';

describe("encodeEcs", () => {
  test("a blocked packet", () => {
    expect(encodeEcs(SYN)).toBe(SYN_LINE);
  });

  test("what is no address is told as one that is not", () => {
    const { source } = JSON.parse(encodeEcs({ ...SYN, src: "999.1.1.1" }));
    expect(source).toEqual({ address: "999.1.1.1", port: 36034, mac: "72-8E-A8-9A-7C-23", domain: "a.example" });
  });
});

describe("parseEcs", () => {
  test("gives the event and its bytes", () => {
    expect(parseEcs(SYN_LINE)).toEqual({ event: SYN, bytes: Buffer.from("4500", "hex") });
  });

  test("a document that another program wrote", () => {
    const line =
      '{"@timestamp":"2026-11-21T12:37:36.4+01:00","event":{"category":"network","type":["denied"]},"rule":{"name":"r"},' +
      '"source":{"ip":"fd00::1","port":1,"mac":"none"},"network":{"iana_number":"58"},"observer":{"ingress":[]}}';
    expect(parseEcs(line)?.event).toEqual({
      schema: 1,
      kind: "packet",
      ts: "2026-11-21T11:37:36.400000000Z",
      ts_source: "log",
      source: "nflog",
      prefix: "r",
      topic: "nft:r",
      action: "blocked",
      src: "fd00::1",
      proto: "icmpv6",
      sport: 1,
    });
  });

  test.each(["", "{}", '{"@timestamp":"2026-11-21T11:37:36Z","event":{"category":["process"]}}'])(
    "no document about a packet: %s",
    (line) => {
      expect(parseEcs(line)).toBeUndefined();
    },
  );
});

describe("laws", () => {
  test("every event is one line of JSON that no terminal acts upon", () => {
    fc.assert(
      fc.property(anyPacketEvent, (event) => {
        const line = encodeEcs(event);
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
        expect(JSON.parse(line)).toHaveProperty("netlogctl");
      }),
      { numRuns: RUNS },
    );
  });

  test("an event comes back whole", () => {
    fc.assert(
      fc.property(packetEvent, (event) => {
        expect(parseEcs(encodeEcs(event))?.event).toMatchObject(event);
      }),
      { numRuns: RUNS },
    );
  });

  test("other values under its keys do no harm", () => {
    const fields = JSON.parse(SYN_LINE) as object;
    const values = Object.fromEntries(Object.keys(fields).map((key) => [key, fc.jsonValue({ maxDepth: 1 })]));
    fc.assert(
      fc.property(fc.record(values, { requiredKeys: [] }), (others) => {
        const event = parseEcs(JSON.stringify({ ...fields, ...others }))?.event;
        if (event !== undefined) expect(PacketEvent.safeParse(event).error).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});
