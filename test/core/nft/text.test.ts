import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/core/nft/json.ts";
import { objectLines } from "../../../src/core/nft/text/object.ts";
import { ruleText } from "../../../src/core/nft/text/rule.ts";
import { rulesetText, unknownIn } from "../../../src/core/nft/text/ruleset.ts";
import { statementText } from "../../../src/core/nft/text/statement.ts";
import { RUNS } from "../../helpers/runs.ts";

const meta = (key: string): JsonObject => ({ meta: { key } });
const payload = (protocol: string, field: string): JsonObject => ({ payload: { protocol, field } });
const match = (left: Json, right: Json, op = "=="): JsonObject => ({ match: { op, left, right } });
const mangle = (key: Json, value: Json): JsonObject => ({ mangle: { key, value } });
const DPORT = payload("tcp", "dport");
const SADDR = payload("ip", "saddr");
const FLAGS = payload("tcp", "flags");
const STATE: JsonObject = { ct: { key: "state" } };

describe("a statement in nft's text", () => {
  test.each<[string, Json]>([
    // Comparisons.
    ["tcp dport 22", match(DPORT, 22)],
    ["tcp dport != 22", match(DPORT, 22, "!=")],
    ["tcp dport >= 1024", match(DPORT, 1024, ">=")],
    ["tcp dport { 22, 80-90 }", match(DPORT, { set: [22, { range: [80, 90] }] })],
    ["tcp dport @ports", match(DPORT, "@ports")],
    ["ip saddr 10.0.0.0/8", match(SADDR, { prefix: { addr: "10.0.0.0", len: 8 } })],
    ["ip saddr 10.0.0.1-10.0.0.9", match(SADDR, { range: ["10.0.0.1", "10.0.0.9"] })],
    [
      "ip6 saddr { ::1, fe80::/10 }",
      match(payload("ip6", "saddr"), { set: ["::1", { prefix: { addr: "fe80::", len: 10 } }] }),
    ],
    [
      "ip saddr . tcp dport { 1.2.3.4 . 22 }",
      match({ concat: [SADDR, DPORT] }, { set: [{ concat: ["1.2.3.4", 22] }] }),
    ],
    [
      'iifname . meta mark { "eth0" . 0x00000001 }',
      match({ concat: [meta("iifname"), meta("mark")] }, { set: [{ concat: ["eth0", 1] }] }),
    ],
    ["ct state established,related", match(STATE, ["established", "related"], "in")],
    ["ct state new", match(STATE, "new", "in")],
    ["ct state == new", match(STATE, "new")],
    ["ct state != established | related", match(STATE, { "|": ["established", "related"] }, "!=")],
    ["tcp flags & (fin | syn) == syn", match({ "&": [FLAGS, ["fin", "syn"]] }, "syn")],
    ["tcp flags & (fin | syn) == fin | syn", match({ "&": [FLAGS, { "|": ["fin", "syn"] }] }, ["fin", "syn"])],
    ["tcp flags ! fin,rst", match(FLAGS, ["fin", "rst"], "!")],
    ["tcp flags { syn, syn | ack }", match(FLAGS, { set: ["syn", { "|": ["syn", "ack"] }] })],
    ["meta mark & 0x000000ff == 0x00000012", match({ "&": [meta("mark"), 255] }, 18)],
    [
      'tcp dport { 22 counter packets 1 bytes 2, 80 comment "web" }',
      match(DPORT, {
        set: [{ elem: { val: 22, counter: { packets: 1, bytes: 2 } } }, { elem: { val: 80, comment: "web" } }],
      }),
    ],
    // What is looked at.
    ["meta l4proto tcp", match(meta("l4proto"), "tcp")],
    ['iifname "eth*"', match(meta("iifname"), "eth*")],
    ['meta time < "2024-01-01 12:00:00"', match(meta("time"), "2024-01-01 12:00:00", "<")],
    ['meta hour "09:00"-"17:00"', match(meta("hour"), { range: ["09:00", "17:00"] })],
    ["ct original ip saddr 1.2.3.4", match({ ct: { key: "ip saddr", dir: "original" } }, "1.2.3.4")],
    ["ct expiration 1h30m", match({ ct: { key: "expiration" } }, 5400)],
    ['ct helper "ftp"', match({ ct: { key: "helper" } }, "ftp")],
    ["arp saddr ip 1.2.3.4", match(payload("arp", "saddr ip"), "1.2.3.4")],
    ["ether saddr 00:11:22:33:44:55", match(payload("ether", "saddr"), "00:11:22:33:44:55")],
    ["ether type 8021q", match(payload("ether", "type"), "8021q")],
    ["icmp type redirect", match(payload("icmp", "type"), "redirect")],
    ['arp operation "request"-"reply"', match(payload("arp", "operation"), { range: ["request", "reply"] })],
    ["icmpv6 param-problem 1", match(payload("icmpv6", "parameter-problem"), 1)],
    ["vxlan vni 10", match({ payload: { tunnel: "vxlan", protocol: "vxlan", field: "vni" } }, 10)],
    ["vxlan ip saddr 1.2.3.4", match({ payload: { tunnel: "vxlan", protocol: "ip", field: "saddr" } }, "1.2.3.4")],
    ["@th,0,64 0xffffffffffffffff", match({ payload: { base: "th", offset: 0, len: 64 } }, -1)],
    ["exthdr frag missing", match({ exthdr: { name: "frag" } }, false)],
    ["srh sid[1] fe80::1", match({ exthdr: { name: "srh", field: "sid[1]" } }, "fe80::1")],
    ["tcp option maxseg size 1-500", match({ "tcp option": { name: "maxseg", field: "size" } }, { range: [1, 500] })],
    ["tcp option sack-perm exists", match({ "tcp option": { name: "sack-perm" } }, true)],
    ["tcp option 6 exists", match({ "tcp option": { base: 6, offset: 0, len: 8 } }, true)],
    ["tcp option @255,8,8 255", match({ "tcp option": { base: 255, offset: 8, len: 8 } }, 255)],
    ["ip option ra value 1", match({ "ip option": { name: "ra", field: "value" } }, 1)],
    ["sctp chunk data exists", match({ "sctp chunk": { name: "data" } }, true)],
    ["dccp option 5 exists", match({ "dccp option": { type: 5 } }, true)],
    ["rt ip nexthop 1.2.3.4", match({ rt: { key: "nexthop", family: "ip" } }, "1.2.3.4")],
    ["socket transparent 1", match({ socket: { key: "transparent" } }, 1)],
    ['osf ttl loose name "Linux"', match({ osf: { key: "name", ttl: "loose" } }, "Linux")],
    ["fib saddr . iif oif missing", match({ fib: { result: "oif", flags: ["saddr", "iif"] } }, false)],
    ["fib daddr type local", match({ fib: { result: "type", flags: "daddr" } }, "local")],
    [
      "ipsec in spnum 2 ip daddr 1.2.3.4",
      match({ ipsec: { key: "daddr", family: "ip", dir: "in", spnum: 2 } }, "1.2.3.4"),
    ],
    ["tunnel id 10", match({ tunnel: { key: "id" } }, 10)],
    ["numgen random mod 10 offset 2 < 5", match({ numgen: { mode: "random", mod: 10, offset: 2 } }, 5, "<")],
    ["symhash mod 2 0", match({ symhash: { mod: 2 } }, 0)],
    // Verdicts.
    ["accept", { accept: null }],
    ["jump other", { jump: { target: "other" } }],
    [
      "ip saddr vmap { 1.2.3.4 : goto other, * : drop }",
      {
        vmap: {
          key: SADDR,
          data: {
            set: [
              ["1.2.3.4", { goto: { target: "other" } }],
              ["*", { drop: null }],
            ],
          },
        },
      },
    ],
    ["ip saddr vmap @verdicts", { vmap: { key: SADDR, data: "@verdicts" } }],
    // State.
    ["counter", { counter: null }],
    ["counter packets 1 bytes 2", { counter: { packets: 1, bytes: 2 } }],
    ['counter name "c"', { counter: "c" }],
    ['counter name tcp dport map { 22 : "c" }', { counter: { map: { key: DPORT, data: { set: [[22, "c"]] } } } }],
    ["limit rate 5/minute burst 5 packets", { limit: { rate: 5, burst: 5, per: "minute" } }],
    ["limit rate over 5/second burst 10 packets", { limit: { rate: 5, burst: 10, per: "second", inv: true } }],
    [
      "limit rate 10 kbytes/second burst 0 bytes",
      { limit: { rate: 10, burst: 0, per: "second", rate_unit: "kbytes", burst_unit: "bytes" } },
    ],
    [
      "limit rate 10 mbytes/second burst 5 kbytes",
      { limit: { rate: 10, burst: 5, per: "second", rate_unit: "mbytes", burst_unit: "kbytes" } },
    ],
    [
      "quota over 25 mbytes used 10 kbytes",
      { quota: { val: 25, val_unit: "mbytes", inv: true, used: 10, used_unit: "kbytes" } },
    ],
    ["ct count over 10", { "ct count": { val: 10, inv: true } }],
    ["last", { last: null }],
    ["last used 1m10s500ms", { last: { used: 70_500 } }],
    // Log.
    ["log", { log: null }],
    [
      'log prefix "ssh:new " group 5 snaplen 96 queue-threshold 3',
      { log: { prefix: "ssh:new ", group: 5, snaplen: 96, "queue-threshold": 3 } },
    ],
    ["log level debug flags all", { log: { level: "debug", flags: "all" } }],
    ["log flags tcp sequence,options flags skuid", { log: { flags: ["tcp sequence", "tcp options", "skuid"] } }],
    // What changes or ends a packet's way.
    [
      "meta mark set ct mark & 0x000000ff | 0x00000100",
      mangle(meta("mark"), { "|": [{ "&": [{ ct: { key: "mark" } }, 255] }, 256] }),
    ],
    [
      "ct mark set (meta mark | 0x00000001) & 0x000000ff",
      mangle({ ct: { key: "mark" } }, { "&": [{ "|": [meta("mark"), 1] }, 255] }),
    ],
    ["meta mark set meta mark << 8", mangle(meta("mark"), { "<<": [meta("mark"), 8] })],
    [
      "meta mark set tcp dport map { 80 : 0x00000001 }",
      mangle(meta("mark"), { map: { key: DPORT, data: { set: [[80, 1]] } } }),
    ],
    [
      "meta mark set jhash ip saddr mod 2 seed 0xff offset 1",
      mangle(meta("mark"), { jhash: { mod: 2, seed: 255, offset: 1, expr: SADDR } }),
    ],
    ['ct event set new,"helper","mark"', mangle({ ct: { key: "event" } }, ["new", "helper", "mark"])],
    ["ip dscp set 0x3f", mangle(payload("ip", "dscp"), 63)],
    ["reject", { reject: null }],
    ["reject with tcp reset", { reject: { type: "tcp reset" } }],
    ["reject with icmpx admin-prohibited", { reject: { type: "icmpx", expr: "admin-prohibited" } }],
    [
      "snat to 1.2.3.4:1024-2048 random,persistent",
      { snat: { addr: "1.2.3.4", port: { range: [1024, 2048] }, flags: ["random", "persistent"] } },
    ],
    [
      "snat ip prefix to ip saddr map { 10.0.0.0/24 : 10.0.1.0/24 }",
      {
        snat: {
          family: "ip",
          addr: {
            map: {
              key: SADDR,
              data: { set: [[{ prefix: { addr: "10.0.0.0", len: 24 } }, { prefix: { addr: "10.0.1.0", len: 24 } }]] },
            },
          },
          flags: "netmap",
          type_flags: "prefix",
        },
      },
    ],
    [
      "dnat ip6 to [fe80::1]-[fe80::9]:80",
      { dnat: { family: "ip6", addr: { range: ["fe80::1", "fe80::9"] }, port: 80 } },
    ],
    ["masquerade", { masquerade: null }],
    ["masquerade fully-random", { masquerade: { flags: "fully-random" } }],
    ["redirect to :8080", { redirect: { port: 8080 } }],
    ["tproxy ip to 127.0.0.1:50080", { tproxy: { family: "ip", addr: "127.0.0.1", port: 50_080 } }],
    ['dup to 1.2.3.4 device "eth0"', { dup: { addr: "1.2.3.4", dev: "eth0" } }],
    ['dup to "eth0"', { dup: { addr: "eth0" } }],
    ['fwd ip to 1.2.3.4 device "eth0"', { fwd: { dev: "eth0", family: "ip", addr: "1.2.3.4" } }],
    ['fwd to "eth0"', { fwd: { dev: "eth0" } }],
    ["queue", { queue: null }],
    ["queue flags bypass,fanout to 1-3", { queue: { num: { range: [1, 3] }, flags: ["bypass", "fanout"] } }],
    ["notrack", { notrack: null }],
    [
      "synproxy mss 1460 wscale 7 timestamp sack-perm",
      { synproxy: { mss: 1460, wscale: 7, flags: ["timestamp", "sack-perm"] } },
    ],
    ["reset tcp option sack-perm", { reset: { "tcp option": { name: "sack-perm" } } }],
    ["flow add @ft", { flow: { op: "add", flowtable: "@ft" } }],
    ['ct helper set "ftp-std"', { "ct helper": "ftp-std" }],
    ['meta secmark set "s"', { secmark: "s" }],
    // Sets that rules add to.
    [
      "update @seen { ip saddr timeout 1m limit rate 10/second burst 5 packets }",
      {
        set: {
          op: "update",
          elem: { elem: { val: SADDR, timeout: 60 } },
          set: "@seen",
          stmt: [{ limit: { rate: 10, burst: 5, per: "second" } }],
        },
      },
    ],
    ["add @marks { ip saddr : meta mark }", { map: { op: "add", elem: SADDR, data: meta("mark"), map: "@marks" } }],
    ["add @marks { ip saddr : meta mark }", "add @marks { ip saddr : meta mark }"],
    [
      "meter m size 128 { ip saddr limit rate 1/second burst 5 packets }",
      { meter: { key: SADDR, stmt: { limit: { rate: 1, burst: 5, per: "second" } }, size: 128, name: "m" } },
    ],
  ])("%s", (text, statement) => {
    expect(statementText(statement)).toBe(text);
    expect(unknownIn([{ rule: { family: "ip", table: "t", chain: "c", expr: [statement] } }])).toEqual([]);
  });

  test.each<[string, Json]>([
    ['?{"xt":{"type":"match","name":"comment"}}', { xt: { type: "match", name: "comment" } }],
    ['?"accept"', "accept"],
    ["?null", null],
    ['?{"counter":{"packets":1,"bytes":2,"more":3}}', { counter: { packets: 1, bytes: 2, more: 3 } }],
    ['?{"constructor":{}}', { constructor: {} } as unknown as Json],
    ['?{"meta":{"key":"mark accept"}} 1', match({ meta: { key: "mark accept" } }, 1)],
    ['?{"socket":{"key":"cgroupv2"}} 1', match({ socket: { key: "cgroupv2" } }, 1)],
    ["tcp dport ?9223372036854776000", match(DPORT, 2 ** 63)],
    ["tcp dport ?1.5", match(DPORT, 1.5)],
    ['iifname ?"a\\u0022b"', match(meta("iifname"), 'a"b')],
    ['iifname ?"a\\nb"', match(meta("iifname"), "a\nb")],
    ['iifname ?"*"', match(meta("iifname"), "*")],
    ['iifname ?""', match(meta("iifname"), "")],
    ['iifname "a$b"', match(meta("iifname"), "a$b")],
    ['log prefix ?"a\\u0024b"', { log: { prefix: "a$b" } }],
    ['log prefix ?""', { log: { prefix: "" } }],
    ['log prefix ?"\\u001b[31m\\u009b\\u202e"', { log: { prefix: "\u001b[31m\u009b\u202e" } }],
    ['log prefix "a\\"', { log: { prefix: "a\\" } }],
    ['log prefix ?"a\\\\\\u0022"', { log: { prefix: 'a\\"' } }],
    ['jump ?"drop"', { jump: { target: "drop" } }],
    ['jump ?"a; drop"', { jump: { target: "a; drop" } }],
    ['tcp dport ?"@a }"', match(DPORT, "@a }")],
    ['ip saddr "0 : drop"', match(SADDR, "0 : drop")],
    ['?"add @m { ip saddr : 1 } drop }"', "add @m { ip saddr : 1 } drop }"],
  ])("%s is refused by nft, or safely between quotes", (text, statement) => {
    expect(statementText(statement)).toBe(text);
  });
});

const TABLE = { family: "inet", table: "t" };

describe("a ruleset in nft's text", () => {
  test("objects in any order stand where nft lists them", () => {
    const objects: JsonObject[] = [
      { metainfo: { version: "1.1.7" } },
      { rule: { ...TABLE, chain: "input", handle: 7, expr: [{ counter: null }], comment: "netlogctl:x" } },
      { chain: { ...TABLE, name: "other", handle: 3 } },
      { element: { ...TABLE, name: "hosts", elem: ["10.0.0.9"] } },
      {
        set: {
          ...TABLE,
          name: "hosts",
          type: "ipv4_addr",
          flags: "interval",
          elem: ["10.0.0.1", "10.0.0.2", "10.0.0.3"],
        },
      },
      { limit: { ...TABLE, name: "few", rate: 5, per: "minute", burst: 7 } },
      { chain: { ...TABLE, name: "input", type: "filter", hook: "input", prio: -5, policy: "accept" } },
      { flowtable: { ...TABLE, name: "ft", hook: "ingress", prio: 0, dev: ["eth0", "eth1"] } },
      { table: { family: "inet", name: "t", handle: 1, comment: "mine" } },
    ];
    expect(rulesetText(objects)).toBe(`table inet t {
	comment "mine"

	limit few {
		rate 5/minute burst 7 packets
	}

	set hosts {
		type ipv4_addr
		flags interval
		elements = { 10.0.0.1, 10.0.0.2,
			     10.0.0.3 }
	}

	flowtable ft {
		hook ingress priority filter
		devices = { "eth0", "eth1" }
	}

	chain input {
		type filter hook input priority filter - 5; policy accept;
		counter comment "netlogctl:x"
	}

	chain other {
	}
}
add element inet t hosts { 10.0.0.9 }
`);
    expect(unknownIn(objects)).toEqual([]);
  });

  test.each<[string, JsonObject, string[]]>([
    ["a table", { table: { family: "ip", name: "t", flags: ["dormant"] } }, ["flags dormant"]],
    [
      "a chain on an interface",
      {
        chain: {
          family: "netdev",
          table: "t",
          name: "c",
          dev: "eth0",
          type: "filter",
          hook: "ingress",
          prio: 0,
          policy: "accept",
        },
      },
      ['type filter hook ingress device "eth0" priority filter; policy accept;'],
    ],
    [
      "a chain on an interface that is not listed",
      {
        chain: { family: "netdev", table: "t", name: "c", type: "filter", hook: "ingress", prio: 0, policy: "accept" },
      },
      ["type filter hook ingress device ?null priority filter; policy accept;"],
    ],
    [
      "a chain of a bridge",
      {
        chain: {
          family: "bridge",
          table: "t",
          name: "c",
          type: "filter",
          hook: "prerouting",
          prio: -300,
          policy: "drop",
        },
      },
      ["type filter hook prerouting priority dstnat; policy drop;"],
    ],
    [
      "a chain with a priority that has no name",
      { chain: { ...TABLE, name: "c", type: "nat", hook: "output", prio: -100, policy: "accept" } },
      ["type nat hook output priority -100; policy accept;"],
    ],
    [
      "a set of names",
      { set: { ...TABLE, name: "s", type: "ifname", elem: ["eth0", "wan*"] } },
      ["type ifname", 'elements = { "eth0",', '\t     "wan*" }'],
    ],
    [
      "a set with all that there is",
      {
        set: {
          ...TABLE,
          name: "s",
          type: ["ipv4_addr", "mark"],
          policy: "memory",
          size: 9,
          flags: ["timeout", "dynamic", "interval"],
          timeout: 90,
          "gc-interval": 3600,
          "auto-merge": true,
          stmt: [{ counter: null }],
          comment: "c",
        },
      },
      [
        "type ipv4_addr . mark",
        "policy memory",
        "size 9",
        "flags dynamic,interval,timeout",
        "counter",
        "auto-merge",
        "timeout 1m30s",
        "gc-interval 1h",
        'comment "c"',
      ],
    ],
    ["a set whose type has no name", { set: { ...TABLE, name: "s", type: "integer" } }, ['type ?"integer"']],
    [
      "a set by an expression",
      { set: { ...TABLE, name: "s", type: { typeof: { concat: [SADDR, DPORT] } } } },
      ["typeof ip saddr . tcp dport"],
    ],
    [
      "a map by an expression",
      { map: { ...TABLE, name: "m", type: { typeof: SADDR }, map: "mark" } },
      ["typeof ip saddr : meta mark"],
    ],
    [
      "a map to verdicts",
      {
        map: { ...TABLE, name: "m", type: "ipv4_addr", map: "verdict", elem: [["1.2.3.4", { jump: { target: "c" } }]] },
      },
      ["type ipv4_addr : verdict", "elements = { 1.2.3.4 : jump c }"],
    ],
    [
      "a map to ranges",
      {
        map: {
          ...TABLE,
          name: "m",
          type: "ipv4_addr",
          map: "ipv4_addr",
          elem: [["1.2.3.4", { range: ["1.1.1.1", "1.1.1.2"] }]],
        },
      },
      ["type ipv4_addr : interval ipv4_addr", "elements = { 1.2.3.4 : 1.1.1.1-1.1.1.2 }"],
    ],
    [
      "a map to objects",
      { map: { ...TABLE, name: "m", type: "inet_service", map: "ct helper", elem: [[21, "ftp-std"]] } },
      ["type inet_service : ct helper", 'elements = { 21 : "ftp-std" }'],
    ],
    [
      "elements with times",
      {
        set: {
          ...TABLE,
          name: "s",
          type: "ipv4_addr",
          elem: [
            { elem: { val: "1.2.3.4", timeout: 60, expires: 59 } },
            { elem: { val: "1.2.3.5", timeout: 2 ** 64 / 1000 } },
          ],
        },
      },
      ["type ipv4_addr", "elements = { 1.2.3.4 timeout 1m expires 59s,", "\t     1.2.3.5 timeout never }"],
    ],
    [
      "a counter",
      { counter: { ...TABLE, name: "c", handle: 2, comment: "x", packets: 1, bytes: 2 } },
      ['comment "x"', "packets 1 bytes 2"],
    ],
    [
      "a quota",
      { quota: { ...TABLE, name: "q", bytes: 26_214_400, used: 1025, inv: true } },
      ["over 25 mbytes used 1025 bytes"],
    ],
    [
      "a ct helper",
      { "ct helper": { ...TABLE, name: "h", type: "ftp", protocol: "tcp", l3proto: "ip" } },
      ['type "ftp" protocol tcp', "l3proto ip"],
    ],
    [
      "a ct timeout",
      { "ct timeout": { ...TABLE, name: "x", protocol: "tcp", l3proto: "ip", policy: { established: 100, close: 5 } } },
      ["protocol tcp", "l3proto ip", "policy = { established : 100, close : 5 }"],
    ],
    [
      "a ct expectation",
      {
        "ct expectation": {
          ...TABLE,
          name: "e",
          protocol: "tcp",
          dport: 5432,
          timeout: 3_600_000,
          size: 12,
          l3proto: "ip",
        },
      },
      ["protocol tcp", "dport 5432", "timeout 1h", "size 12", "l3proto ip"],
    ],
    [
      "a secmark",
      { secmark: { ...TABLE, name: "s", context: "system_u:object_r:ssh_t:s0" } },
      ['"system_u:object_r:ssh_t:s0"'],
    ],
    [
      "a synproxy",
      { synproxy: { ...TABLE, name: "s", mss: 1460, wscale: 7, flags: "timestamp" } },
      ["mss 1460", "wscale 7", "timestamp"],
    ],
    ["what is not known", { tunnel: { id: 1 } }, ['?{"tunnel":{"id":1}}']],
  ])("%s", (_name, object, lines) => {
    expect(objectLines(object)).toEqual(lines);
  });

  test("a set that rules add to is dynamic, whether nft lists that or not", () => {
    const set = { set: { ...TABLE, name: "seen", type: "ipv4_addr", size: 10 } };
    const add = { set: { op: "add", elem: SADDR, set: "@seen" } };
    expect(rulesetText([set, { rule: { ...TABLE, chain: "c", expr: [add] } }])).toContain("flags dynamic\n");
    expect(rulesetText([set])).not.toContain("dynamic");
  });

  test("a rule that does nothing cannot be said", () => {
    expect(ruleText({ ...TABLE, chain: "c", comment: "x" })).toBe('?[] comment "x"');
  });
});

/** Anything that a listing could hold, wherever a string can stand in it. */
function hostile(text: string): JsonObject[] {
  const named = { family: "inet", table: text, name: text };
  return [
    { table: { family: "inet", name: text, comment: text, flags: [text] } },
    { chain: { ...named, type: text, hook: text, prio: 0, policy: text, dev: [text, text], comment: text } },
    {
      set: {
        ...named,
        type: text,
        flags: text,
        policy: text,
        elem: [text, { elem: { val: text, comment: text } }],
        stmt: [text],
        comment: text,
      },
    },
    {
      map: {
        ...named,
        type: { typeof: match(text, text) },
        map: text,
        elem: [
          [text, text],
          [text, { jump: { target: text } }],
        ],
      },
    },
    { flowtable: { ...named, hook: text, prio: 0, dev: text } },
    { "ct helper": { ...named, type: text, protocol: text, l3proto: text } },
    { "ct timeout": { ...named, protocol: "tcp", policy: { [text]: 1 } } },
    { secmark: { ...named, context: text } },
    { element: { ...named, elem: [text, [text, text]] } },
    { [text]: { ...named } },
    { rule: { family: text, table: text, chain: text, expr: [text], comment: text } },
    { rule: { family: "inet", table: text, chain: text, comment: text, expr: hostileStatements(text) } },
  ];
}

function hostileStatements(text: string): Json[] {
  return [
    text,
    { [text]: null },
    { [text]: { [text]: text } },
    match(meta("iifname"), text),
    match(meta(text), { set: [text, { range: [text, text] }, { prefix: { addr: text, len: 8 } }] }),
    match(payload(text, text), { concat: [text, text] }),
    match(payload("ip", text), [text, text]),
    match({ "tcp option": { name: text, field: text } }, text, text),
    match({ fib: { result: text, flags: [text] } }, `@${text}`),
    { vmap: { key: SADDR, data: { set: [[text, { jump: { target: text } }]] } } },
    { log: { prefix: text, level: text, flags: [text] } },
    { limit: { rate: 1, per: text, rate_unit: text } },
    { counter: text },
    { reject: { type: text, expr: text } },
    { reject: { type: "icmp", expr: text } },
    { snat: { family: text, addr: text, port: text, flags: text } },
    { dnat: { addr: text, port: text } },
    { dup: { addr: text, dev: text } },
    { queue: { num: text, flags: text } },
    { set: { op: "add", elem: text, set: `@${text}`, stmt: [text] } },
    { meter: { key: text, stmt: text, size: 1, name: text } },
    mangle({ ct: { key: text } }, text),
    mangle(meta("mark"), { jhash: { mod: 2, expr: text } }),
    `add @${text} { ${text} : ${text} }`,
  ];
}

/** All that the renderer writes outside of quotes: no quote, no escape, no comment, no variable, no control character. */
const SPELLED = /^[\w\t\n {}()[\].,:;=@?/&|<>!*^"-]*$/;

/** The text with what stands between quotes taken out, as nft's scanner would read it. */
function skeleton(text: string): string {
  return text.replace(/"[^"]*"/g, '""');
}

/** What is right of each kind, every key of it at its most: with any key taken away or put wrong, it is still text. */
const STATEMENTS: Readonly<Record<string, Json>> = {
  match: { op: "==", left: DPORT, right: 22 },
  log: { prefix: "x", level: "info", group: 1, flags: ["all"] },
  counter: { packets: 1, bytes: 2 },
  limit: { rate: 1, per: "second", burst: 2, inv: true, rate_unit: "bytes", burst_unit: "bytes" },
  quota: { val: 1, val_unit: "bytes", inv: true, used: 1, used_unit: "bytes" },
  "ct count": { val: 1, inv: true },
  last: { used: 1 },
  reject: { type: "icmp", expr: "host-unreachable" },
  snat: { family: "ip", addr: "1.2.3.4", port: 1, flags: "random", type_flags: "prefix" },
  tproxy: { family: "ip", addr: "1.2.3.4", port: 1 },
  dup: { addr: "1.2.3.4", dev: "eth0" },
  fwd: { family: "ip", addr: "1.2.3.4", dev: "eth0" },
  mangle: { key: meta("mark"), value: 1 },
  queue: { num: 1, flags: "bypass" },
  synproxy: { mss: 1, wscale: 1, flags: "timestamp" },
  flow: { op: "add", flowtable: "@ft" },
  set: { op: "add", elem: SADDR, set: "@s", stmt: [{ counter: null }] },
  map: { op: "add", elem: SADDR, data: 1, map: "@m", stmt: { counter: null } },
  meter: { key: SADDR, stmt: { counter: null }, size: 1, name: "m" },
  vmap: { key: SADDR, data: "@m" },
  jump: { target: "c" },
  notrack: null,
  accept: null,
  reset: { "tcp option": { name: "sack-perm" } },
};
const SELECTORS: Readonly<Record<string, Json>> = {
  ct: { key: "saddr", dir: "original", family: "ip" },
  payload: { tunnel: "vxlan", protocol: "ip", field: "saddr" },
  exthdr: { name: "frag", field: "id" },
  "ip option": { name: "ra", field: "value" },
  "tcp option": { base: 1, offset: 2, len: 3 },
  "dccp option": { type: 1 },
  rt: { key: "nexthop", family: "ip" },
  socket: { key: "mark" },
  osf: { key: "name", ttl: "skip" },
  fib: { result: "oif", flags: ["saddr"] },
  ipsec: { key: "saddr", family: "ip", dir: "in", spnum: 1 },
  tunnel: { key: "path" },
  numgen: { mode: "inc", mod: 2, offset: 1 },
  symhash: { mod: 2, seed: 1, offset: 1 },
  jhash: { mod: 2, seed: 1, offset: 1, expr: SADDR },
  concat: [SADDR, DPORT],
  "&": [SADDR, 1],
  map: { key: SADDR, data: { set: [[1, 2]] } },
  range: [1, 2],
  prefix: { addr: "1.2.3.4", len: 8 },
  elem: { val: 1, timeout: 1, expires: 1, comment: "x", counter: null },
};
const OBJECTS: Readonly<Record<string, Json>> = {
  table: { family: "ip", name: "t", flags: "owner", comment: "x" },
  chain: { ...TABLE, name: "c", type: "filter", hook: "ingress", prio: 0, policy: "accept", dev: ["eth0"] },
  rule: { ...TABLE, chain: "c", expr: [{ accept: null }], comment: "x" },
  set: { ...TABLE, name: "s", type: "mark", flags: "timeout", timeout: 1, size: 1, policy: "memory", elem: 1 },
  map: { ...TABLE, name: "m", type: "mark", map: { typeof: meta("mark") }, elem: [[1, 2]], "auto-merge": false },
  flowtable: { ...TABLE, name: "f", hook: "ingress", prio: 0, dev: "eth0", flags: "offload" },
  counter: { ...TABLE, name: "c", packets: 1, bytes: 1 },
  quota: { ...TABLE, name: "q", bytes: 1, used: 1, inv: false },
  limit: { ...TABLE, name: "l", rate: 1, per: "day", burst: 1 },
  "ct helper": { ...TABLE, name: "h", type: "ftp", protocol: "tcp", l3proto: "ip" },
  "ct timeout": { ...TABLE, name: "o", protocol: "udp", l3proto: "ip6", policy: { replied: 1 } },
  "ct expectation": { ...TABLE, name: "e", protocol: "tcp", dport: 1, timeout: 1, size: 1, l3proto: "ip" },
  secmark: { ...TABLE, name: "s", context: "x" },
  synproxy: { ...TABLE, name: "s", mss: 1, wscale: 1, flags: ["sack-perm"] },
};
const WRONG: readonly Json[] = [null, true, -1, 0.5, '"', "~", [], ["~", "~", "~"], {}, { "~": 1 }];

/** The body with each key in turn taken away, wrong, or beside one that is not known; and wrong bodies. */
function spoilt(body: Json): Json[] {
  const whole = [...WRONG, ...(typeof body === "object" && body !== null ? [{ ...body, "~": 1 }] : [])];
  if (typeof body !== "object" || body === null || Array.isArray(body)) return whole;
  const given = body as JsonObject;
  const without = Object.keys(given).map((key) =>
    Object.fromEntries(Object.entries(given).filter(([one]) => one !== key)),
  );
  return [
    ...whole,
    ...without,
    ...Object.keys(given).flatMap((key) => WRONG.map((wrong) => ({ ...given, [key]: wrong }))),
  ];
}

describe("malformed", () => {
  test.each(Object.entries(STATEMENTS))("statements: %s", (kind, body) => {
    expect(statementText({ [kind]: body })).not.toContain("?");
    expect(statementText({ [kind]: { "~": 1 } })).toBe(`?{"${kind}":{"~":1}}`);
    for (const wrong of spoilt(body)) expect(skeleton(statementText({ [kind]: wrong }))).toMatch(SPELLED);
  });

  test.each(Object.entries(SELECTORS))("expressions: %s", (kind, body) => {
    expect(statementText(match({ [kind]: body }, 1))).not.toContain("?");
    expect(statementText(match({ [kind]: { "~": 1 } }, 1))).toContain(`?{"${kind}":{"~":1}}`);
    for (const wrong of spoilt(body)) expect(skeleton(statementText(match({ [kind]: wrong }, 1)))).toMatch(SPELLED);
  });

  test.each(Object.entries(OBJECTS))("objects: %s", (kind, body) => {
    expect(unknownIn([{ [kind]: body }])).toEqual([]);
    expect(unknownIn([{ [kind]: { ...(body as JsonObject), "~": 1 } }])).toHaveLength(1);
    for (const wrong of spoilt(body)) expect(skeleton(rulesetText([{ [kind]: wrong }]))).toMatch(SPELLED);
  });
});

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        '"',
        "\\",
        "\n",
        "\r",
        "}",
        "{",
        ";",
        "#",
        "$x",
        "'",
        " ",
        "drop",
        "\t",
        "*",
        "@",
        ",",
        ":",
        "-",
        "/",
        "\u0000",
        "\u2028",
        "\ud800",
        "é",
        "a",
        "0",
      ),
      { maxLength: 8 },
    )
    .map((pieces) => pieces.join("")),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    'x" drop\n\t\taccept #',
    "a } }\nflush ruleset",
    "",
    "\\",
    "meter",
    "th",
  ),
);

describe("properties", () => {
  test("no string changes the structure of the text", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const whole = rulesetText(hostile(text));
        const outside = skeleton(whole);
        expect(outside).toMatch(SPELLED);
        for (const line of whole.split("\n")) {
          expect(line.split('"').length % 2).toBe(1);
          expect(line).not.toMatch(/(?!\t)\p{Cc}/u);
        }
        expect(outside.split("\n").filter((line) => line.endsWith("{") && !line.includes("= {")).length).toBe(
          outside.split("\n").filter((line) => /^\t?\}$/.test(line)).length,
        );
      }),
      { numRuns: RUNS },
    );
  });

  test("no JSON makes it throw, and what it shows for nothing but JSON nft refuses", () => {
    const keys = fc.constantFrom(
      ..."rule set map chain table element family name table expr match left right op payload meta key value elem val concat range prefix log limit counter snat addr port flags vmap data typeof type stmt toString valueOf __proto__ constructor | & <<".split(
        " ",
      ),
    );
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<Json>(null, true, 0, -1, 1e300, 1.5),
        nasty,
        fc.array(tie("json"), { maxLength: 3 }),
        fc.dictionary(keys, tie("json"), { maxKeys: 3, noNullPrototype: false }) as fc.Arbitrary<JsonObject>,
      ),
    }));
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(keys, json, { maxKeys: 2 }) as fc.Arbitrary<JsonObject>),
        json,
        (objects, one) => {
          const text = rulesetText(objects);
          expect(unknownIn(objects).length > 0).toBe(skeleton(text).includes("?"));
          expect(statementText(one)).not.toContain("\n");
          for (const object of objects) objectLines(object);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("what is nested without end is not followed", () => {
    let deep: Json = 1;
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    const objects: JsonObject[] = [{ rule: { expr: [match(deep, 1)] } }, { table: { name: deep } }, { other: deep }];
    expect(rulesetText(objects)).toBe('?"nested too deeply"\n'.repeat(3));
    expect(statementText(deep)).toBe('?"nested too deeply"');
  });
});
