import { encode } from "dns-packet";
import { expect, test } from "vitest";
import { encodePacket } from "../../src/core/packet/encode.ts";
import { type Lab, openLab } from "../helpers/lab.ts";
import { openServe, openSprClient } from "../helpers/serve.ts";
import { frame, layCables, ruleset, sendFrames } from "../helpers/stream.ts";

/** A router between wan and lan, each a namespace behind a cable; lan has a host and a stranger's card. */
const ROUTER = `
for side in wan lan; do
  ip netns add $side
  ip link add eth0 netns $side type veth peer name $side
  ip link set $side up
  ip -n $side link set lo up
  ip -n $side link set eth0 up
done
ip address add 198.51.100.1/24 dev wan
ip address add 192.168.2.1/24 dev lan
ip -n wan address add 198.51.100.2/24 dev eth0
ip -n wan route add default via 198.51.100.1
ip -n lan address add 192.168.2.2/24 dev eth0
ip -n lan link set eth0 address 02:00:00:00:00:02
ip -n lan route add default via 192.168.2.1
ip route add 10.0.0.0/8 via 198.51.100.2
echo 1 > /proc/sys/net/ipv4/ip_forward
`;

/** A filter whose drops are those of SPR's document. */
const FILTER = `
table inet filter {
  chain private { ip daddr 10.0.0.0/8 drop; }
  chain mac { ether saddr 02:00:00:00:00:66 drop; }
  chain forward {
    type filter hook forward priority 0
    oifname wan jump private
    iifname wan udp dport 7 drop
  }
  chain input {
    type filter hook input priority 0
    iifname lan jump mac
    udp dport 7 drop
  }
}
`;

const INTENT = `
version: 1
rules:
  - { use: packet-logs, with: { wan: [wan] } }
  - use: dropped
    with: { chains: { private: inet filter private, forward: inet filter forward, input: inet filter input, mac: inet filter mac } }
serve: { payload-bytes: 65535 }
`;

const TOPICS = ["wan:in", "lan:in", "wan:out", "lan:out", "drop:private", "drop:forward", "drop:input", "drop:mac"];

/** Who sends what where, so that each of the rules logs something. */
const TRAFFIC = [
  ["lan", "192.168.2.1", 9],
  ["lan", "198.51.100.2", 9],
  ["lan", "10.1.2.3", 9],
  ["lan", "192.168.2.1", 7],
  ["wan", "198.51.100.1", 9],
  ["wan", "192.168.2.2", 9],
  ["wan", "192.168.2.2", 7],
] as const;

async function send(lab: Lab, side: string, to: string, port: number): Promise<void> {
  await lab.run("nsenter", [`--net=/run/netns/${side}`, "bash", "-c", `echo hello > /dev/udp/${to}/${port}`]);
}

interface SprEvent {
  readonly topic: string;
  readonly value: Record<string, unknown>;
}

test("the eight topics of SPR's document reach a client that speaks as SPR's do", async () => {
  await using lab = await openLab();
  expect(await lab.run("sh", ["-ec", ROUTER])).toMatchObject({ code: 0, stderr: "" });
  expect(await lab.run("nft", ["-f", "-"], FILTER)).toMatchObject({ code: 0, stderr: "" });
  const served = await openServe(lab, INTENT);
  expect(await lab.netlogctl("rules", "apply", "-f", "/run/netlog.yaml", "--yes")).toMatchObject({
    code: 0,
    stderr: "",
  });
  const client = await openSprClient(lab, "nft");
  for (const [side, to, port] of TRAFFIC) await send(lab, side, to, port);
  await lab.run("ip", ["-n", "lan", "link", "set", "eth0", "address", "02:00:00:00:00:66"]);
  await send(lab, "lan", "192.168.2.1", 9);

  const events = new Map<string, SprEvent>();
  while (!TOPICS.every((topic) => events.has(`nft:${topic}`))) {
    const event = JSON.parse(await client.line("{")) as SprEvent;
    if ("UDP" in event.value && !events.has(event.topic)) events.set(event.topic, event);
  }
  expect([...events.keys()].sort()).toEqual(TOPICS.map((topic) => `nft:${topic}`).sort());
  for (const [topic, { value }] of events) expect(value, topic).toEqual(shapeOf(topic.slice("nft:".length)));

  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
});

/** Keys and types as SPR's structs have them. */
function shapeOf(prefix: string): object {
  const text = expect.any(String);
  const number = expect.any(Number);
  return {
    Ethernet: { SrcMAC: expect.stringMatching(/^[0-9a-f:]{17}$/), DstMAC: text, HwType: 1 },
    ...udpShape(text, number),
    IP: {
      ...{ Contents: text, Payload: text, Version: 4, IHL: 5, TOS: number, Length: number, Id: number, Flags: number },
      ...{ FragOffset: 0, TTL: number, Protocol: 17, Checksum: number, SrcIP: text, DstIP: text },
      ...{ Options: null, Padding: null },
    },
    Prefix: `${prefix} `,
    Action: prefix.startsWith("drop:") ? "blocked" : "allowed",
    Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/),
    InDev: expect.stringMatching(/^(?:wan|lan)$/),
    OutDev: expect.stringMatching(prefix.endsWith("in") || /input|mac/.test(prefix) ? /^$/ : /^(?:wan|lan)$/),
  };
}

function udpShape(text: unknown, number: unknown): object {
  const layer = { Contents: text, Payload: Buffer.from("hello\n").toString("base64") };
  return { UDP: { ...layer, SrcPort: number, DstPort: number, Length: 14, Checksum: number } };
}

const RULES = `
table inet t {
  chain in {
    type filter hook prerouting priority 0
    iifname v0 log prefix "wan:in " group 0
  }
}
`;

test("addresses have the names by which answers of DNS that were seen told them", async () => {
  await using lab = await openLab();
  await layCables(lab);
  await ruleset(lab, RULES);
  const served = await openServe(lab, "version: 1\nserve: { groups: [0] }\n");
  const client = await openSprClient(lab, "nft:wan");
  const answer = encode({
    type: "response",
    id: 1,
    questions: [{ type: "A", name: "example.org" }],
    answers: [{ type: "A", name: "example.org", data: "192.0.2.9", ttl: 300 }],
  });
  const udp = (from: string, sport: number, data: Buffer): Buffer => {
    const layer4 = { kind: "udp", sport, dport: 40_000, data } as const;
    return frame(0x0800, encodePacket({ from, to: "192.0.2.1", ttl: 64, layer4 }));
  };
  await sendFrames(lab, "v1", udp("192.0.2.53", 53, answer), udp("192.0.2.9", 443, Buffer.from("hello")));

  const first = JSON.parse(await client.line("{")) as SprEvent;
  expect(first.value["DNS"]).toMatchObject({ ANCount: 1, Answers: [{ IP: "192.0.2.9" }] });
  const second = JSON.parse(await client.line("{")) as SprEvent;
  expect(second.value).toMatchObject({ RecentDomainSrc: "example.org", IP: { SrcIP: "192.0.2.9" } });
  expect(second.value).not.toHaveProperty("RecentDomainDst");
  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
});
