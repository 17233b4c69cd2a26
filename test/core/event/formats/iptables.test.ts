import { expect, test } from "vitest";
import { PacketEvent } from "../../../../src/core/event/event.ts";
import { encodeIptables, parseIptables } from "../../../../src/core/event/formats/iptables.ts";

const MAC = "a2:fa:37:bf:37:80:8a:83:b6:39:49:2a:08:00";
const ETHER = { src: "8a:83:b6:39:49:2a", dst: "a2:fa:37:bf:37:80", type: 0x800 };
const HEAD4 = "LEN=60 TOS=0x00 PREC=0x00 TTL=64";
const IP4 = { version: 4, tos: 0, id: 1 };
const A = "2001:0db8:0000:0000:0000:0000:0000:0001";
const B = "fe80:0000:0000:0000:0000:0000:0000:00ff";
const HEAD6 = `SRC=${A} DST=${B} LEN=80 TC=0 HOPLIMIT=64 FLOWLBL=0`;
const V6 = { src: "2001:db8::1", dst: "fe80::ff", len: 80, ttl: 64, ip: { version: 6, tos: 0 } };
const V4 = { src: "192.0.2.1", dst: "10.0.0.7", len: 60, ttl: 64, ip: IP4 };
const ADDRESSES = "SRC=192.0.2.1 DST=10.0.0.7";

/** Lines that the kernel writes, and what an event has of them. */
const LINES: readonly [line: string, event: object][] = [
  [
    `drop:wan IN=eth0 OUT= MAC=${MAC} ${ADDRESSES} ${HEAD4} ID=1 DF PROTO=TCP SPT=57372 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0 `,
    {
      ...V4,
      prefix: "drop:wan ",
      topic: "nft:drop:wan",
      action: "blocked",
      in: "eth0",
      ether: ETHER,
      proto: "tcp",
      sport: 57_372,
      dport: 22,
      ip: { ...IP4, flags: ["DF"] },
      tcp: { flags: ["SYN"], window: 64_240 },
    },
  ],
  [
    `SYSFW:newIN=eth0 OUT=eth1 MAC=${MAC} ${ADDRESSES} LEN=60 TOS=0x10 PREC=0xA0 TTL=64 ID=1 PROTO=TCP SPT=1 DPT=2 WINDOW=0 RES=0x00 AE CWR ECE URG ACK PSH RST SYN FIN URGP=9 `,
    {
      ...V4,
      prefix: "SYSFW:new",
      topic: "nft:sysfw:new",
      in: "eth0",
      out: "eth1",
      ether: ETHER,
      proto: "tcp",
      sport: 1,
      dport: 2,
      ip: { ...IP4, tos: 0xb0 },
      tcp: { flags: ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"], window: 0, urgent: 9 },
    },
  ],
  [
    `NQinit IN= OUT=lo ${ADDRESSES} ${HEAD4} ID=45982 DF PROTO=ICMP TYPE=8 CODE=0 ID=6773 SEQ=1 UID=0 GID=33 MARK=0x1f `,
    {
      ...V4,
      prefix: "NQinit ",
      topic: "nft:nqinit",
      out: "lo",
      mark: 31,
      uid: 0,
      gid: 33,
      proto: "icmp",
      ip: { ...IP4, id: 45_982, flags: ["DF"] },
      icmp: { type: 8, code: 0, id: 6773, seq: 1 },
    },
  ],
  [
    `IN=br0 OUT=br0 PHYSIN=veth0 PHYSOUT=veth1 MAC=${MAC} ${ADDRESSES} ${HEAD4} ID=1 PROTO=UDP SPT=53 DPT=4000 LEN=40 `,
    {
      ...V4,
      prefix: "",
      topic: "nft:",
      in: "br0",
      out: "br0",
      phys_in: "veth0",
      phys_out: "veth1",
      ether: ETHER,
      proto: "udp",
      sport: 53,
      dport: 4000,
      udp: { len: 40 },
    },
  ],
  [
    `x IN= OUT=eth0 ${ADDRESSES} ${HEAD4} ID=1 CE MF FRAG:185 PROTO=UDP `,
    {
      ...V4,
      prefix: "x ",
      topic: "nft:x",
      out: "eth0",
      proto: "udp",
      ip: { ...IP4, flags: ["RF", "MF"], offset: 1480 },
    },
  ],
  [
    `x IN=tun0 OUT= MAC= ${ADDRESSES} ${HEAD4} ID=1 PROTO=ESP SPI=0xdeadbeef `,
    { ...V4, prefix: "x ", topic: "nft:x", in: "tun0", proto: "esp", esp: { spi: 0xdeadbeef } },
  ],
  [
    `x IN=tun0 OUT= MAC= ${ADDRESSES} ${HEAD4} ID=1 PROTO=47 `,
    { ...V4, prefix: "x ", topic: "nft:x", in: "tun0", proto: "gre" },
  ],
  [
    `x IN=tun0 OUT= MAC= ${ADDRESSES} ${HEAD4} ID=1 PROTO=253 `,
    { ...V4, prefix: "x ", topic: "nft:x", in: "tun0", proto: "253" },
  ],
  [
    `x IN=tun0 OUT= MAC= ${ADDRESSES} ${HEAD4} ID=1 PROTO=ICMP TYPE=3 CODE=4 [SRC=10.0.0.7 DST=192.0.2.9 PROTO=UDP SPT=5 DPT=6 ] MTU=1400 `,
    {
      ...V4,
      prefix: "x ",
      topic: "nft:x",
      in: "tun0",
      proto: "icmp",
      icmp: {
        type: 3,
        code: 4,
        mtu: 1400,
        inner: { src: "10.0.0.7", dst: "192.0.2.9", proto: "udp", sport: 5, dport: 6 },
      },
    },
  ],
  [
    `x IN=tun0 OUT= MAC= ${ADDRESSES} ${HEAD4} ID=1 PROTO=ICMP TYPE=5 CODE=1 GATEWAY=10.0.0.254 [SRC=10.0.0.7 DST=192.0.2.9 PROTO=47 ] `,
    {
      ...V4,
      prefix: "x ",
      topic: "nft:x",
      in: "tun0",
      proto: "icmp",
      icmp: { type: 5, code: 1, gateway: "10.0.0.254", inner: { src: "10.0.0.7", dst: "192.0.2.9", proto: "gre" } },
    },
  ],
  [
    `wan:in IN=eth0 OUT= MAC=${MAC.replace(/08:00$/, "86:dd")} SRC=${A} DST=${B} LEN=80 TC=184 HOPLIMIT=255 FLOWLBL=74565 PROTO=ICMPv6 TYPE=2 CODE=0 [SRC=${B} DST=${A} PROTO=TCP SPT=1 DPT=2 ] MTU=1280 MARK=0xffffffff `,
    {
      ...V6,
      prefix: "wan:in ",
      topic: "nft:wan:in",
      in: "eth0",
      mark: 0xffff_ffff,
      ether: { ...ETHER, type: 0x86dd },
      proto: "icmpv6",
      ttl: 255,
      ip: { version: 6, tos: 184, flow_label: 74_565 },
      icmp: {
        ...{ type: 2, code: 0, mtu: 1280 },
        inner: { src: "fe80::ff", dst: "2001:db8::1", proto: "tcp", sport: 1, dport: 2 },
      },
    },
  ],
  [
    `x IN= OUT=eth0 ${HEAD6} FRAG:0 INCOMPLETE ID:0000abcd PROTO=UDP SPT=1 DPT=2 LEN=40 `,
    {
      ...V6,
      prefix: "x ",
      topic: "nft:x",
      out: "eth0",
      proto: "udp",
      sport: 1,
      dport: 2,
      ip: { version: 6, tos: 0, id: 0xabcd, flags: ["MF"] },
      udp: { len: 40 },
    },
  ],
  [
    `x IN= OUT=eth0 ${HEAD6} FRAG:1448 ID:0000abcd PROTO=UDP `,
    {
      ...V6,
      prefix: "x ",
      topic: "nft:x",
      out: "eth0",
      proto: "udp",
      ip: { version: 6, tos: 0, id: 0xabcd, offset: 1448 },
    },
  ],
  [`x IN= OUT=eth0 ${HEAD6} PROTO=132 `, { ...V6, prefix: "x ", topic: "nft:x", out: "eth0", proto: "sctp" }],
  [
    "x IN=br0 OUT= ARP HTYPE=1 PTYPE=0x0800 OPCODE=1 MACSRC=8a:83:b6:39:49:2a IPSRC=10.0.0.1 MACDST=00:00:00:00:00:00 IPDST=10.0.0.2",
    {
      prefix: "x ",
      topic: "nft:x",
      in: "br0",
      arp: {
        ...{ operation: 1, sender_mac: "8a:83:b6:39:49:2a", sender: "10.0.0.1" },
        ...{ target_mac: "00:00:00:00:00:00", target: "10.0.0.2" },
      },
    },
  ],
];

const FROM_LOG = { schema: 1, kind: "packet", ts: "1970-01-01T00:00:00.000000000Z", ts_source: "log", source: "kmsg" };

test.each(LINES)("%s is read and written", (line, wanted) => {
  const { event } = parseIptables(line) ?? {};
  expect(event).toEqual({ ...FROM_LOG, ...wanted });
  expect(PacketEvent.parse(event)).toEqual(event);
  expect(event && encodeIptables(event)).toBe(line);
});

test.each(LINES)("%s has its keys in the order of the schema", (line) => {
  const { event } = parseIptables(line) ?? {};
  expect(JSON.stringify(event)).toBe(JSON.stringify(PacketEvent.parse(event)));
});

/** Lines that are written otherwise, and some of what is read in them. */
test.each<[what: string, line: string, wanted: object]>([
  [
    "the rule's flags",
    `x IN=eth0 OUT= MACSRC=8a:83:b6:39:49:2a MACDST=a2:fa:37:bf:37:80 VPROTO=8100 VID=28684 MACPROTO=0800 ${ADDRESSES} ${HEAD4} ID=1 OPT (94040000) PROTO=TCP SPT=1 DPT=2 SEQ=4294967295 ACK=7 WINDOW=9 RES=0x04 ACK URGP=0 OPT (020405B4) UID=1000 GID=1000 `,
    {
      ether: ETHER,
      vlan: [{ protocol: 0x8100, id: 12, priority: 3, dei: true }],
      ip: { ...IP4, options: "94040000" },
      tcp: { flags: ["ACK", "AE"], seq: 4_294_967_295, ack: 7, window: 9 },
      uid: 1000,
    },
  ],
  [
    "LOGEMU",
    `wan:in IN=v0 OUT= MAC=${MAC} ${ADDRESSES} LEN=60 TOS=08 PREC=0x20 TTL=64 ID=1 DF PROTO=TCP SPT=36034 DPT=8080 SEQ=39 ACK=0 WINDOW=64240 SYN URGP=0 MARK=1f `,
    {
      prefix: "wan:in ",
      ip: { ...IP4, tos: 0x28, flags: ["DF"] },
      tcp: { flags: ["SYN"], seq: 39, ack: 0, window: 64_240 },
      mark: 31,
    },
  ],
  [
    "an inner packet in full",
    `x IN=eth0 OUT= MAC=${MAC} ${ADDRESSES} ${HEAD4} ID=1 PROTO=ICMP TYPE=11 CODE=0 [SRC=10.0.0.7 DST=192.0.2.9 LEN=28 TOS=0x00 PREC=0x00 TTL=1 ID=77 DF PROTO=TCP INCOMPLETE [8 bytes] ] MARK=0x1 `,
    { icmp: { type: 11, code: 0, inner: { src: "10.0.0.7", dst: "192.0.2.9", proto: "tcp" } }, mark: 1, ip: IP4 },
  ],
  [
    "a head that is lost",
    `th0 OUT=eth1 MAC=${MAC} ${ADDRESSES} ${HEAD4} ID=1 PROTO=UDP SPT=1 DPT=2 LEN=40`,
    { prefix: "", out: "eth1", src: "192.0.2.1", dport: 2, udp: { len: 40 } },
  ],
  ["a tail that is lost", `x IN=eth0 OUT= MAC=${MAC} SRC=192.0.2.1 DST=10.0.`, { in: "eth0", src: "192.0.2.1" }],
  [
    "no interfaces (5.10)",
    `nf_ct_proto_6: invalid packet IN= OUT= ${ADDRESSES} ${HEAD4} ID=1 PROTO=TCP `,
    { prefix: "nf_ct_proto_6: invalid packet ", proto: "tcp" },
  ],
  ["no packet", "x IN=eth0 OUT= MAC= TRUNCATED", { kind: "undecoded", in: "eth0", why: "the line tells no addresses" }],
  [
    "numbers that are none",
    `IN=eth0 OUT= SRC=1.2.3.400 DST=10.0.0.7 LEN=x TTL=256 PROTO=UDP SPT=70000 DPT=-1 MARK=0xz `,
    { dst: "10.0.0.7", proto: "udp" },
  ],
  [
    "a tunnel's header (sit)",
    `[BLOCK] IN=sit1 OUT= MAC=${MAC}:${MAC} TUNNEL=192.0.2.1->10.0.0.7 ${HEAD6} PROTO=ICMPv6 TYPE=1 CODE=2 [SRC=${B} DST=${A} LEN=40 TC=0 HOPLIMIT=1 FLOWLBL=0 PROTO=ICMPv6 TYPE=137 CODE=0 ] `,
    {
      prefix: "[BLOCK] ",
      src: "2001:db8::1",
      icmp: { type: 1, code: 2, inner: { src: "fe80::ff", dst: "2001:db8::1", proto: "icmpv6" } },
    },
  ],
])("of a line with %s is read what is there", (_, line, wanted) => {
  const { event } = parseIptables(line) ?? {};
  expect(event).toMatchObject(wanted);
  expect(JSON.stringify(event)).toBe(JSON.stringify(PacketEvent.parse(event)));
});

test.each([
  "",
  "usb 1-1: new high-speed USB device",
  "IN= OUT=",
  "SRC=10.0.0.1",
  "SRC=10.0.0.1 DST=10.0.0.2",
  "SRC=a DST=b LEN=60",
  "audit: type=1400 IN=eth0",
])("%s is no such line", (line) => {
  expect(parseIptables(line)).toBeUndefined();
});

test("host, time and level come from outside the line", () => {
  const origin = { ts: "2026-11-21T11:37:36.000000000Z", host: "fw", level: 4 };
  const { event } = parseIptables(`x IN= OUT=eth0 ${ADDRESSES} ${HEAD4} ID=1 PROTO=TCP `, origin) ?? {};
  expect(Object.keys(event ?? {}).slice(0, 7)).toEqual([
    "schema",
    "kind",
    "ts",
    "ts_source",
    "host",
    "source",
    "level",
  ]);
  expect(event).toMatchObject(origin);
});

const BASE = { ...FROM_LOG, prefix: "p ", topic: "nft:p" } as PacketEvent;

test.each<[what: string, event: Partial<PacketEvent>, line: string]>([
  [
    "of ESP over IPv6 the kernel stops behind the head",
    { src: "::1", dst: "::2", len: 60, proto: "esp", mark: 7 },
    `p IN= OUT= SRC=${"0000:".repeat(7)}0001 DST=${"0000:".repeat(7)}0002 LEN=60 `,
  ],
  [
    "an ICMPv6 in IPv4 is a number",
    { src: "10.0.0.1", dst: "10.0.0.2", proto: "icmpv6" },
    "p IN= OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=58 ",
  ],
  [
    "a name without a number stays",
    { src: "10.0.0.1", dst: "10.0.0.2", proto: "novel" },
    "p IN= OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=novel ",
  ],
  [
    "ports of SCTP are not told",
    { src: "10.0.0.1", dst: "10.0.0.2", proto: "sctp", sport: 1, dport: 2 },
    "p IN= OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=132 ",
  ],
  [
    "the same physical interface is not told",
    { in: "eth0", phys_in: "eth0", kind: "undecoded" },
    "p IN=eth0 OUT= MAC= TRUNCATED",
  ],
  [
    "an owner without a group is not told",
    { src: "10.0.0.1", dst: "10.0.0.2", proto: "tcp", uid: 1 },
    "p IN= OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP ",
  ],
])("%s", (_, event, line) => {
  expect(encodeIptables({ ...BASE, ...event })).toBe(line);
});
