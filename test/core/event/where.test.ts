import { expect, test } from "vitest";
import type { LossEvent, NetlogEvent, PacketEvent } from "../../../src/core/event/event.ts";
import { parseWhere, WHERE_FIELDS } from "../../../src/core/event/where.ts";
import { Fault } from "../../../src/core/model/fault.ts";
import { ENDED } from "../../helpers/flows.ts";

const head = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.418900000Z",
  ts_source: "kernel",
  source: "nflog",
} as const;

const syn: PacketEvent = {
  ...head,
  group: 1,
  prefix: "drop:wan ",
  topic: "nft:drop:wan",
  action: "blocked",
  family: "ip",
  in: "eth0",
  mark: 0x1f,
  ether: { src: "8a:83:b6:39:49:2a", dst: "a2:fa:37:bf:37:80", type: 0x800 },
  vlan: [
    { protocol: 0x88a8, id: 7, priority: 0 },
    { protocol: 0x8100, id: 12, priority: 3, dei: true },
  ],
  src: "10.9.0.1",
  dst: "192.0.2.7",
  proto: "tcp",
  sport: 57_372,
  dport: 22,
  len: 60,
  ttl: 64,
  ip: { version: 4, tos: 0, flags: ["DF"] },
  tcp: { flags: ["SYN", "ECE"], seq: 7, ack: 0, window: 64_240, options: { mss: 1460, sack: [[100, 200]] } },
};
const lookup: PacketEvent = {
  ...head,
  prefix: "wan:out",
  topic: "nft:wan:out",
  out: "wlan0",
  src: "2001:db8::1",
  dst: "2001:db8::53",
  proto: "udp",
  sport: 40_000,
  dport: 53,
  dns: {
    ...{ id: 1, qr: "query", opcode: 0, rcode: 0, flags: [] },
    questions: [{ name: "www.example.org", type: "A" }],
    answers: [],
  },
  cut: true,
};
const loss: LossEvent = { schema: 1, kind: "loss", ts: head.ts, group: 5, count: 12, why: "the buffer was full" };

test.each<[where: string, matching: readonly NetlogEvent[]]>([
  ["src = 10.9.0.1", [syn]],
  ["src == 10.9.0.2", []],
  ["src in 10.0.0.0/8", [syn]],
  ["src = 10.0.0.0/8", [syn]],
  ["src in 10.9.0.0-10.9.0.1", [syn]],
  ["src in {192.0.2.7, 2001:db8::/32}", [lookup]],
  ["src = 2001:DB8:0::1", [lookup]],
  ["src in ::/0", [lookup]],
  ["saddr in 0.0.0.0/0", [syn]],
  ["src ~ 10.*", [syn]],
  ["addr = 192.0.2.7", [syn]],
  ["addr != 192.0.2.7", [lookup]],
  ["dport = 22", [syn]],
  ["dport = 0x16", [syn]],
  ["dport in 1-1024", [syn, lookup]],
  ["dport in { 53 , 8000-8080 }", [lookup]],
  ["dport not in {53}", [syn]],
  ["port >= 57372", [syn]],
  ["dport != 22", [lookup]],
  ["not dport = 22", [lookup, loss]],
  ["!(dport = 22)", [lookup, loss]],
  ["not not dport = 22", [syn]],
  ["dport < 53", [syn]],
  ["dport <= 53", [syn, lookup]],
  ["dport>22", [lookup]],
  ["prefix = drop:wan", [syn]],
  ['prefix = "drop:wan "', [syn]],
  ["prefix ~ drop:*", [syn]],
  ["prefix ~ *:w?n", [syn]],
  ["prefix ~ 'DROP:*'", []],
  ["prefix !~ drop:*", [lookup]],
  ["tcp.flags = syn", [syn]],
  ["flags = ECE and flags = SYN", [syn]],
  ["flags != ACK", [syn]],
  ["flags != SYN", []],
  ["proto = TCP", [syn]],
  ["proto = 17", [lookup]],
  ["mac = 8A:83:B6:39:49:2A", [syn]],
  ["mac ~ A2:*", [syn]],
  ["vlan.id = 12", [syn]],
  ["vlan.id in {1, 7}", [syn]],
  ["vlan.dei", [syn]],
  ["tcp.options.sack = 200", [syn]],
  ["ip.version = 4", [syn]],
  ["in = eth0", [syn]],
  ["in in {eth0, eth1}", [syn]],
  ["iface ~ wlan*", [lookup]],
  ["not in ~ wlan*", [syn, lookup, loss]],
  ["has in", [syn]],
  ["in", [syn]],
  ["has tcp", [syn]],
  ["dns.answers", []],
  ["dns.questions.name ~ *.example.org", [lookup]],
  ["dns.qr = query && cut", [lookup]],
  ["mark = 31 or mark = 0x20", [syn]],
  ["action = blocked", [syn]],
  ["kind = loss and count > 10", [loss]],
  ["kind in {packet, loss}", [syn, lookup, loss]],
  ["count != 12", []],
  ["group = 5", [loss]],
  ["why = 'the buffer was full'", [loss]],
  ['why ~ "*buffer*"', [loss]],
  ["ts >= 2026-11-21T12:37:36.4189+01:00", [syn, lookup, loss]],
  ["ts < 2026-11-21T11:37:36Z", []],
  ["dport = 22 or dport = 53 and cut", [syn, lookup]],
  ["(dport = 22 or dport = 53) and cut", [lookup]],
  ["dport = 22 AND NOT cut", [syn]],
])("%s", (where, matching) => {
  expect([syn, lookup, loss].filter(parseWhere(where))).toEqual(matching);
});

test.each<[where: string, at: number, expected: string, found: string, near?: string]>([
  ["", 1, 'a field, has, or "("', "the end"],
  ["dport = abc", 9, "a number from 0 to 65535", '"abc"'],
  ["dport = 65536", 9, "a number from 0 to 65535", '"65536"'],
  ["dport in 9-8", 10, "a number from 0 to 65535", '"9-8"'],
  ["dport 22", 7, "an operator", '"22"'],
  ["dport = 22 and", 15, "a field", "the end"],
  ["dport = 22 )", 12, "the end", '")"'],
  ["dport in {1, x}", 14, "a number from 0 to 65535", '"x"'],
  ["dport ~ 2*", 7, "=, !=, <, <=, >, >= or in", '"~"'],
  ["(cut", 5, '")"', "the end"],
  ["srcc = 1.2.3.4", 1, "a field of events", '"srcc"', 'did you mean "src"? '],
  ["cut or tcp.flag = SYN", 8, "a field of events", '"tcp.flag"', 'did you mean "tcp.flags"? '],
  ["src in 10.0.0.0/33", 8, "an address", '"10.0.0.0/33"'],
  ["src < 10.0.0.1", 7, "no order", '"10.0.0.1"'],
  ["tcp = 6", 7, "one of its fields", '"6"'],
  ["action = blokced", 10, "one of allowed, blocked", '"blokced"', 'did you mean "blocked"? '],
  ["proto = tpc", 9, "a protocol by its name or its number", '"tpc"', 'did you mean "tcp"? '],
  ["mac = 8a:83", 7, "a MAC", '"8a:83"'],
  ["prefix = drop:*", 10, "~ before a pattern", '"drop:*"'],
  ["ts > 10:32", 6, "a time with its zone", '"10:32"'],
  ["constructor", 1, "a field of events", '"constructor"'],
  ['why = "no end', 7, "a value", '""no"'],
  ["(".repeat(25), 1, "at most 24 brackets within one another", "more"],
  ["!".repeat(20_000), 16_385, "at most 16384 characters", "more"],
])("%s is refused", (where, at, expected, found, near = "") => {
  const refusal = refusalOf(where);
  expect(refusal).toMatchObject({ code: "usage", where: `character ${at}` });
  expect(refusal?.message.startsWith("the filter is wrong: expected ")).toBe(true);
  expect(refusal?.message).toContain(expected);
  expect(refusal?.message.endsWith(`, found ${found}`)).toBe(true);
  expect(refusal?.remedy.startsWith(`${near}write it like: `)).toBe(true);
});

function refusalOf(where: string): Fault | undefined {
  try {
    parseWhere(where);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    return error as Fault;
  }
}

test.each([
  ["duration > 2", true],
  ["duration > 2.003299", true],
  ["duration <= 2.0032", false],
  ["bytes >= 1506 and change = destroy", true],
  ["nat.dst = 10.9.0.0/24 and reply.sport = 8080", true],
  ["status = assured and status != offload", true],
  ["prefix", false],
  ["addr = 10.9.0.2 and port = 80", true],
  ["addr = 10.9.0.1 and port = 8080", true],
  ["addr = 10.9.0.3", false],
])("of a flow: %s", (where, isMeant) => {
  expect(parseWhere(where)(ENDED)).toBe(isMeant);
});

test("a fraction is only of what is none of whole numbers", () => {
  expect(() => parseWhere("bytes > 1.5")).toThrow(expect.objectContaining({ code: "usage" }));
});

test("every field of the table can be asked for, by each of its names", () => {
  const names = WHERE_FIELDS.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(["kind", "count", "icmp.inner.dport", "iifname", "addr", "mac"]));
  expect(names.filter((name) => refusalOf(`has ${name} or not ${name}`) !== undefined)).toEqual([]);
});

test.each([
  ["src", "address"],
  ["icmp.gateway", "address"],
  ["arp.sender_mac", "mac"],
  ["icmp.inner.proto", "protocol"],
  ["dns.flags", "words"],
  ["ip.version", "number"],
  ["vlan", "group"],
])("%s is read as %s", (name, kind) => {
  expect(WHERE_FIELDS.find((field) => field.name === name)?.type.kind).toBe(kind);
});

test("a filter of many words is read soon, and one of a long pattern runs soon", () => {
  const ports = Array.from({ length: 2_000 }, (_, index) => 10_000 + index).join(",");
  const matches = parseWhere(`dport in {${ports}} or prefix ~ ${"*a".repeat(1_000)}b`);
  expect(matches({ ...syn, prefix: "a".repeat(4_000) })).toBe(false);
  expect(matches({ ...syn, dport: 11_999 })).toBe(true);
}, 5_000);
