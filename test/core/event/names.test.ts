import fc from "fast-check";
import { expect, test } from "vitest";
import { PacketEvent } from "../../../src/core/event/event.ts";
import { hostName } from "../../../src/core/event/names/host-name.ts";
import { createNames } from "../../../src/core/event/names.ts";
import { RUNS } from "../../helpers/runs.ts";

const NOW = 1_795_261_056;
const HEAD = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.000000000Z",
  ts_source: "kernel",
  source: "nflog",
  prefix: "",
  topic: "nft:",
} as const;

type Answer = [name: string, type: string, ttl: number, data?: string];

function answer(asked: string, answers: Answer[], more: object = {}): PacketEvent {
  const records = answers.map(([name, type, ttl, data]) => ({ name, type, ttl, ...(data !== undefined && { data }) }));
  const questions = [{ name: asked, type: "A" }];
  const dns = { id: 1, qr: "response" as const, opcode: 0, rcode: 0, flags: [], questions, answers: records, ...more };
  return { ...HEAD, sport: 53, dns };
}

function after(...events: PacketEvent[]) {
  const names = createNames();
  for (const event of events) names.learn(event, NOW);
  return names;
}

test.each<[what: string, event: PacketEvent, address: string, name: string | undefined]>([
  [
    "an A record",
    answer("www.Example.org.", [["www.example.org", "A", 60, "192.0.2.1"]]),
    "192.0.2.1",
    "www.example.org",
  ],
  ["an AAAA record in another spelling", answer("a.b", [["A.B", "AAAA", 60, "2001:DB8:0::1"]]), "2001:db8::1", "a.b"],
  [
    "a chain of aliases",
    answer("a.example", [
      ["c.example", "A", 60, "192.0.2.1"],
      ["a.example", "CNAME", 60, "b.example"],
      ["b.example", "CNAME", 60, "c.example."],
    ]),
    "192.0.2.1",
    "a.example",
  ],
  [
    "a ring of aliases",
    answer("a.b", [
      ["a.b", "CNAME", 60, "a.b"],
      ["a.b", "A", 60, "192.0.2.1"],
    ]),
    "192.0.2.1",
    "a.b",
  ],
  ["a record that nobody asked for", answer("a.b", [["bank.example", "A", 60, "192.0.2.1"]]), "192.0.2.1", undefined],
  ["a query", answer("a.b", [["a.b", "A", 60, "192.0.2.1"]], { qr: "query" }), "192.0.2.1", undefined],
  ["an error", answer("a.b", [["a.b", "A", 60, "192.0.2.1"]], { rcode: 3 }), "192.0.2.1", undefined],
  ["no question", answer("a.b", [["a.b", "A", 60, "192.0.2.1"]], { questions: [] }), "192.0.2.1", undefined],
  ["another port", { ...answer("a.b", [["a.b", "A", 60, "192.0.2.1"]]), sport: 5353 }, "192.0.2.1", undefined],
  ["a name with an escape", answer("a\u001b[2J.b", [["a\u001b[2J.b", "A", 60, "192.0.2.1"]]), "192.0.2.1", undefined],
  [
    "data that is no address",
    answer("a.b", [
      ["a.b", "A", 60, "192.0.2.0/24"],
      ["a.b", "A", 60],
    ]),
    "192.0.2.0",
    undefined,
  ],
])("of an answer of DNS with %s", (_, event, address, name) => {
  expect(after(event).nameOf(address, NOW)).toBe(name);
});

test.each([
  [0, 299, true],
  [0, 300, false],
  [3600, 3599, true],
  [3600, 3600, false],
  [4_294_967_295, 604_799, true],
  [4_294_967_295, 604_800, false],
])("a name of %i s is known after %i s: %s", (ttl, later, isKnown) => {
  const names = after(answer("a.b", [["a.b", "A", ttl, "192.0.2.1"]]));
  expect(names.nameOf("192.0.2.1", NOW + later)).toBe(isKnown ? "a.b" : undefined);
});

test("an alias shortens the time of the address behind it", () => {
  const names = after(
    answer("a.b", [
      ["a.b", "CNAME", 400, "c.d"],
      ["c.d", "A", 9000, "192.0.2.1"],
    ]),
  );
  expect([399, 400].map((later) => names.nameOf("192.0.2.1", NOW + later))).toEqual(["a.b", undefined]);
});

const dhcp = (more: object): PacketEvent => ({
  ...HEAD,
  dhcp: { operation: 1, xid: 7, client_mac: "02:00:00:00:00:01", ...more },
});

test.each<[what: string, events: PacketEvent[], name: string | undefined]>([
  [
    "asked for and granted",
    [dhcp({ type: "REQUEST", hostname: "Laptop" }), dhcp({ type: "ACK", yours: "10.0.0.5", lease_seconds: 600 })],
    "laptop",
  ],
  [
    "granted with its name",
    [dhcp({ type: "ACK", yours: "10.0.0.5", hostname: "laptop", lease_seconds: 600 })],
    "laptop",
  ],
  ["asked for only", [dhcp({ type: "REQUEST", requested: "10.0.0.5", hostname: "laptop" })], undefined],
  ["offered only", [dhcp({ type: "OFFER", yours: "10.0.0.5", hostname: "laptop" })], undefined],
  [
    "granted to another",
    [dhcp({ type: "REQUEST", hostname: "a" }), dhcp({ type: "ACK", xid: 8, yours: "10.0.0.5" })],
    undefined,
  ],
  ["without a right name", [dhcp({ type: "ACK", yours: "10.0.0.5", hostname: "<script>" })], undefined],
])("of DHCP, a lease %s", (_, events, name) => {
  const names = after(...events);
  expect(names.nameOf("10.0.0.5", NOW + 599)).toBe(name);
  expect(names.nameOf("10.0.0.5", NOW + 600)).toBeUndefined();
});

test("of /etc/hosts the first name of an address is known, for ever", () => {
  const names = createNames();
  names.addHosts(
    "127.0.0.1\tlocalhost\n# 10.0.0.1 no\n10.0.0.2  nas.lan nas # the box\n10.0.0.2 later\nfe80::1%eth0 zone\n10.0.0.3 $x y\nFD00:0::1 six\r\n",
  );
  const known = ["127.0.0.1", "10.0.0.1", "10.0.0.2", "fe80::1", "10.0.0.3", "fd00::1"].map((each) =>
    names.nameOf(each, 1e12),
  );
  expect(known).toEqual(["localhost", undefined, "nas.lan", undefined, "y", "six"]);
});

const DNSMASQ = `${NOW + 60} 02:00:00:00:00:01 10.0.0.5 laptop 01:02:00:00:00:00:01
0 02:00:00:00:00:02 10.0.0.6 printer *
${NOW + 60} 02:00:00:00:00:03 10.0.0.7 * *
duid 00:01:00:01
${NOW + 60} 7 fd00::5 laptop 00:01:00:01:02
`;
const ISC = `# The format of this file is documented in dhcpd.leases(5).
server-duid "\\000\\001";
lease 10.0.0.5 {
  starts 6 2026/11/21 11:00:00;
  ends 6 2026/11/21 11:38:36;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:00:01;
  client-hostname "Laptop";
}
lease 10.0.0.6 {
  ends never;
  client-hostname "printer";
}
lease 10.0.0.7 {
  ends epoch ${NOW + 60}; # Sat Nov 21 11:38:36 2026
  binding state active;
  client-hostname "gone";
}
lease 10.0.0.7 {
  binding state free;
}
`;
const KEA4 = `address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
10.0.0.5,02:00:00:00:00:01,,3600,${NOW + 60},1,0,0,laptop.,0,,0
10.0.0.6,02:00:00:00:00:02,,4294967295,${NOW + 60},1,0,0,printer,0,,0
10.0.0.7,02:00:00:00:00:03,,3600,${NOW + 60},1,0,0,gone,0,,0
10.0.0.7,02:00:00:00:00:03,,3600,${NOW + 60},1,0,0,gone,2,,0
`;
const KEA6 = `address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context
10.0.0.5,00,3600,${NOW + 60},1,1,0,7,128,0,0,laptop,,0,
10.0.0.6,00,4294967295,0,1,1,0,7,128,0,0,printer,,0,
10.0.0.7,00,3600,${NOW + 60},1,1,2,7,56,0,0,prefix,,0,
`;

test.each([
  ["dnsmasq", DNSMASQ],
  ["ISC dhcpd", ISC],
  ["Kea", KEA4],
  ["Kea for IPv6", KEA6],
])("leases of %s are known until they end", (_, text) => {
  const names = createNames();
  names.addLeases(text);
  const at = (now: number) => ["10.0.0.5", "10.0.0.6", "10.0.0.7"].map((each) => names.nameOf(each, now));
  expect(at(NOW + 59)).toEqual(["laptop", "printer", undefined]);
  expect(at(NOW + 60)).toEqual([undefined, "printer", undefined]);
});

test("hosts come before leases, and leases before what was seen", () => {
  const names = after(
    ...["10.0.0.5", "10.0.0.6", "10.0.0.7"].map((each) => answer("seen", [["seen", "A", 9000, each]])),
  );
  names.addHosts("10.0.0.6 host");
  names.addLeases(`${DNSMASQ}0 x 10.0.0.6 lease`);
  const at = (now: number) => ["10.0.0.5", "10.0.0.6", "10.0.0.7"].map((each) => names.nameOf(each, now));
  expect(at(NOW)).toEqual(["laptop", "host", "seen"]);
  expect(at(NOW + 60)).toEqual(["seen", "host", "seen"]);
});

test("of too many, those go that were not wanted for the longest time", () => {
  const names = createNames(3);
  for (const last of [1, 2, 3]) names.learn(answer(`n${last}`, [[`n${last}`, "A", 60, `10.0.0.${last}`]]), NOW);
  names.nameOf("10.0.0.1", NOW);
  names.learn(answer("n4", [["n4", "A", 60, "10.0.0.4"]]), NOW);
  names.addHosts("10.1.0.1 h1\n10.1.0.2 h2\n10.1.0.3 h3\n10.1.0.4 h4\n");
  const known = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.1.0.1", "10.1.0.4"].map((each) =>
    names.nameOf(each, NOW),
  );
  expect(known).toEqual(["n1", undefined, "n3", "n4", "h1", undefined]);
});

test("names stand where the schema has them, and an event without any stays as it is", () => {
  const names = createNames();
  names.addHosts("10.0.0.1 one\n10.0.0.2 two\n");
  const event: PacketEvent = {
    ...HEAD,
    src: "10.0.0.1",
    dst: "10.0.0.2",
    cut: true,
    community_id: "1:x",
    payload: "00",
    payload_encoding: "hex",
  };
  const named = names.apply(event, NOW);
  expect(named).toEqual({ ...event, src_name: "one", dst_name: "two" });
  expect(JSON.stringify(named)).toBe(JSON.stringify(PacketEvent.parse(named)));
  const other = { ...event, src: "10.0.0.9", dst: "10.0.0.8" };
  expect(names.apply(other, NOW)).toBe(other);
  expect(names.apply({ ...other, dst: "10.0.0.1" }, NOW)).toEqual({ ...other, dst: "10.0.0.1", dst_name: "one" });
});

test.each([
  ["WWW.Example.org.", "www.example.org"],
  ["_dmarc.example.org", "_dmarc.example.org"],
  ["xn--bcher-kva.example", "xn--bcher-kva.example"],
  ["3com.com", "3com.com"],
  [`${"a".repeat(63)}.b`, `${"a".repeat(63)}.b`],
  [`${"a".repeat(64)}.b`, undefined],
  [`${"a.".repeat(126)}a`, `${"a.".repeat(126)}a`],
  [`${"a.".repeat(127)}a`, undefined],
  ["10.0.0.1", undefined],
  ["-a.b", undefined],
  ["a-.b", undefined],
  ["a..b", undefined],
  [".", undefined],
  ["", undefined],
  ["*", undefined],
  ["bücher.example", undefined],
  ["a b", undefined],
  ["a\n", undefined],
])("%j is the name %s", (text, name) => {
  expect(hostName(text)).toBe(name);
});

test("of any text and any answers only right names are kept", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(
        fc.constantFrom(
          "10.0.0.5",
          " ",
          "\n",
          "lease ",
          " {\n",
          "}\n",
          "address,",
          "0",
          "ends never;",
          "a.b",
          'client-hostname "x";',
          ",",
        ),
        { maxLength: 40 },
      )
      .map((all) => all.join("")),
  );
  fc.assert(
    fc.property(text, text, fc.nat(0xffff_ffff), (text, name, ttl) => {
      const names = createNames(4);
      names.addHosts(text);
      names.addLeases(text);
      names.learn(
        answer(name, [
          [name, "CNAME", ttl, text],
          [text, "A", ttl, "10.0.0.5"],
          [name, "A", ttl, "10.0.0.6"],
        ]),
        NOW,
      );
      names.learn(dhcp({ type: "ACK", yours: "10.0.0.7", hostname: name }), NOW);
      for (const address of ["10.0.0.5", "10.0.0.6", "10.0.0.7", "0.0.0.0", text]) {
        const known = names.nameOf(address, NOW);
        if (known !== undefined) expect(known).toMatch(/^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/);
      }
    }),
    { numRuns: RUNS },
  );
});
