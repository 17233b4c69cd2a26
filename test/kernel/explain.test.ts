import { describe, expect, test } from "vitest";
import type { LogSite } from "../../src/index.ts";
import { HELPERS, type Lab, openLab, type Running } from "../helpers/lab.ts";

const RULES = `table inet lab {
  chain lost {
    log prefix "lost" group 7
  }
  chain jumped {
    udp dport 9 counter log prefix "seven" group 7 snaplen 64 queue-threshold 3
    udp dport 9 log prefix "whole" group 7
    udp dport 9 log prefix "headless" group 7 snaplen 0
  }
  chain input {
    type filter hook input priority 0
    ct state invalid counter
    udp dport 9 log prefix "plain"
    udp dport 9 limit rate 1000/second burst 5 packets counter log prefix "zero" group 0
    jump jumped
    udp dport 10 counter log prefix "end" group 0
    udp dport 10 log prefix "end" group 7
    udp dport 9 log prefix "audit-less" level debug
    accept
    log prefix "dead" group 7
  }
}`;

/** What is bound for ip and ip6, and who listens. */
const CASES = ["nf_log_ipv", "nfnetlink_log", "NONE"].flatMap((logger) =>
  [[], [0], [7], [0, 7]].map((groups) => [logger, groups] as const),
);

/** Rows of the kernel's table, which are also the families of packets. */
const ROWS = { ip: 2, ip6: 10 } as const;

async function openRuled(logger: string): Promise<Lab> {
  const lab = await openLab();
  expect(await lab.run("nft", ["-f", "-"], RULES)).toMatchObject({ code: 0, stderr: "" });
  await lab.run("tee", ["/proc/sys/net/netfilter/nf_conntrack_log_invalid"], "255");
  for (const row of Object.values(ROWS)) {
    await lab.run("tee", [`/proc/sys/net/netfilter/nf_log/${row}`], loggerOf(logger, row));
  }
  return lab;
}

function loggerOf(logger: string, row: number): string {
  return logger === "nf_log_ipv" ? `nf_log_ipv${row === ROWS.ip ? 4 : 6}` : logger;
}

/** The kernel shows who listens only to the root of the namespace that the network belongs to, not of one inside it. */
async function seesGroups(lab: Lab): Promise<boolean> {
  return (await lab.run("cat", ["/proc/net/netfilter/nfnetlink_log"])).code === 0;
}

/** What a reader of group 7 asked for: less than a long packet. */
const RANGE_BYTES = 100;

/** A UDP packet with this much in it, and the kernel's packet that is no good. */
const DATA_BYTES = 200;
const LENGTHS = { ip: { udp: 28 + DATA_BYTES, invalid: 40 }, ip6: { udp: 48 + DATA_BYTES, invalid: 60 } } as const;

/** What reaches a group, each once, as `FAMILY PREFIX: BYTES`, up to what was sent last. */
async function arrivedAt(listener: Running): Promise<Set<string>> {
  const arrived = new Set<string>();
  for (;;) {
    const packet = JSON.parse(await listener.line("{")) as { family: number; prefix: string; bytes: number };
    if (packet.prefix === "end") return arrived;
    const prefix = packet.prefix.replace(/^(nf_ct_proto_).*/s, "$1");
    arrived.add(`${packet.family === ROWS.ip ? "ip" : "ip6"} ${prefix}: ${packet.bytes}`);
  }
}

/** The same as explain says it. An ordinary user is not told who reads, so neither how much is copied. */
function saidToReach(sites: readonly LogSite[], group: number, isSeen: boolean): Set<string> {
  const said = sites.filter(({ to, why }) => (isSeen ? to === `group ${group}` : why.endsWith(`reads group ${group}`)));
  const lines = said.flatMap(({ family, kind, prefix, copiedBytes, snaplenBytes, to }) => {
    const ends = isSeen ? copiedBytes : Math.min(snaplenBytes ?? Infinity, rangeOf(group));
    expect(to).toBe(isSeen ? `group ${group}` : "unknown");
    const families = family === "inet" ? (["ip", "ip6"] as const) : [family as "ip" | "ip6"];
    return families.map((one) => {
      const length = LENGTHS[one][kind === "rule" ? "udp" : "invalid"];
      return `${one} ${prefix}: ${Math.min(length, ends ?? -1)}`;
    });
  });
  return new Set(lines);
}

function rangeOf(group: number): number {
  return group === 7 ? RANGE_BYTES : 65_531;
}

/** A packet of each family and one of each that is no good; then the last one. */
async function sendAll(lab: Lab): Promise<void> {
  const send = (host: string, port: number): Promise<unknown> =>
    lab.run("bash", ["-c", `printf %${DATA_BYTES}s > /dev/udp/${host}/${port}`]);
  for (const host of ["127.0.0.1", "::1"]) await send(host, 9);
  for (const family of ["INET", "INET6"]) await lab.run(process.execPath, [`${HELPERS}/send-invalid.js`, family]);
  await send("127.0.0.1", 10);
}

describe("what explain says of a site is where its lines arrive, and how much of them:", () => {
  test.each(CASES)("bound to %s, listeners on %j", async (logger, groups) => {
    await using lab = await openRuled(logger);
    const listeners = groups.map((group) => {
      const args = [`${HELPERS}/nflog-listen.js`, String(group), `range=${rangeOf(group)}`];
      return { group, running: lab.start(process.execPath, args) };
    });
    for (const { running } of listeners) await running.line("listening");

    const sites = await lab.json<LogSite[]>("explain");
    await sendAll(lab);

    const asked = sites.filter(({ prefix }) => prefix !== null && prefix !== "end");
    const ofRules = ["lost", "seven", "whole", "headless", "plain", "zero", "audit-less", "dead"];
    expect(asked.map(({ prefix }) => prefix)).toEqual([...ofRules, "nf_ct_proto_", "nf_ct_proto_"]);
    const isSeen = await seesGroups(lab);
    for (const { group, running } of listeners) {
      expect(await arrivedAt(running), `group ${group}`).toEqual(saidToReach(asked, group, isSeen));
    }
    const ends = ["nowhere", "unknown", ...listeners.map(({ group }) => `group ${group}`)];
    for (const { to, prefix } of asked) expect(ends, `${prefix} goes to ${to}`).toContain(to);
    const bound = await lab.bound();
    for (const row of Object.values(ROWS)) expect(bound[row]).toBe(loggerOf(logger, row));
  });
});

describe("explain", () => {
  test("tells of a rule where it is, what it asks, what it counted and who reads it; in prose what to do", async () => {
    await using lab = await openRuled("nf_log_ipv");
    const listener = lab.start(process.execPath, [`${HELPERS}/nflog-listen.js`, "7"]);
    await listener.line("listening");
    await lab.run("bash", ["-c", "echo > /dev/udp/127.0.0.1/9"]);

    const isSeen = await seesGroups(lab);
    const [seven] = await lab.json<LogSite[]>("explain", "seven");
    expect(seven).toMatchObject({
      kind: "rule",
      family: "inet",
      place: "inet lab jumped rule 1",
      hooks: ["input"],
      condition: "udp dport 9",
      meant: "group 7",
      to: isSeen ? "group 7" : "unknown",
      why: expect.stringMatching(isSeen ? /^node \(pid \d+/ : /^only root sees/),
      packets: 1,
      remedy: null,
      snaplenBytes: 64,
      queueThreshold: 3,
      copiedBytes: isSeen ? 64 : null,
      flushTimeoutMs: isSeen ? 1000 : null,
    });
    if (!isSeen) return;
    expect((await lab.netlogctl("explain", "seven")).stdout).toMatch(
      /^ {2}it gets the first 64 bytes of a packet; at most 3 at once, fewer if it asked for fewer, within 1000 ms$/m,
    );
    const { stdout } = await lab.netlogctl("explain", "zero");
    expect(stdout).toBe(`inet lab input rule 3 logs with prefix "zero"
  packets: udp dport 9 at input, at most limit rate 1000/second burst 5 packets; 1 so far
  their lines go nowhere: nobody reads group 0
  to see them: start what is to read group 0; for a look: netlogctl packets stream -g 0
`);
    const nowhere = await lab.json<LogSite[]>("explain", "--nowhere", "--group", "7");
    expect(nowhere.map(({ prefix }) => prefix)).toEqual(["lost", "dead"]);
    expect(await lab.json<LogSite[]>("explain", "--family", "arp")).toEqual([]);
    const table = (await lab.netlogctl("explain", "--prefix", "plain")).stdout.split("\n");
    expect(table[1]).toMatch(
      /^inet lab input rule 2 {2}input .*"plain".* kernel {5}unknown {2}nf_log_all_netns cannot/,
    );
  });

  test("--netns all tells of here and of each named namespace", async () => {
    await using lab = await openLab();
    expect(await lab.run("ip", ["netns", "add", "blue"])).toMatchObject({ code: 0 });
    const table = 'add table ip t { chain c { type filter hook input priority 0; log prefix "blue " group 3; }; }';
    await lab.run("ip", ["netns", "exec", "blue", "nft", table]);
    const all = await lab.json<LogSite[]>("explain", "--netns", "all");
    expect(all.filter(({ kind }) => kind === "rule")).toMatchObject([
      { netns: "blue", prefix: "blue ", to: "nowhere" },
    ]);
    expect(new Set(all.map(({ netns }) => netns))).toEqual(new Set([null, "blue"]));
    const { stdout: story } = await lab.netlogctl("explain", "--netns", "all", "blue");
    expect(story).toMatch(/^blue: ip t c rule 1 logs/);
    expect(story).toContain("for a look: netlogctl packets stream -g 3 --netns blue\n");
    expect((await lab.netlogctl("explain", "--netns", "all")).stdout).toMatch(
      /^NETNS {2}WHERE (?:.*\n)*blue {3}ip t c rule 1 /,
    );

    // Who listens here reads nothing of there.
    const inBlue = ["ip", "netns", "exec", "blue"];
    const listen = [process.execPath, `${HELPERS}/nflog-listen.js`, "3"];
    await lab.start("env", listen).line("listening");
    expect(await lab.json<LogSite[]>("explain", "--netns", "blue", "blue")).toMatchObject([{ to: "nowhere" }]);
    const reader = lab.start("env", [...inBlue, ...listen]);
    await reader.line("listening");
    expect(await lab.json<LogSite[]>("explain", "--netns", "blue", "blue")).toMatchObject([{ to: "group 3" }]);
    await lab.run("ip", ["-n", "blue", "link", "set", "lo", "up"]);
    await lab.run("env", [...inBlue, "bash", "-c", "echo > /dev/udp/127.0.0.1/9"]);
    expect(JSON.parse(await reader.line("{"))).toMatchObject({ group: 3, prefix: "blue " });
  });

  test("a name in /run/netns that leads to no namespace is told of, and the others are explained", async () => {
    await using lab = await openLab();
    expect(await lab.run("ip", ["netns", "add", "blue"])).toMatchObject({ code: 0 });
    await lab.run("tee", ["/run/netns/stale\u001b"], "");
    const { code, stdout, stderr } = await lab.netlogctl("explain", "--netns", "all", "--json");
    expect(code).toBe(0);
    expect(new Set((JSON.parse(stdout) as LogSite[]).map(({ netns }) => netns))).toEqual(new Set([null, "blue"]));
    expect(stderr).toMatch(/^netlogctl: namespace stale\\u001b is left out: .*cannot be entered.*\n$/);
  });

  test.each(["d", "inettable", "a"])(
    "rules of the dormant table %s see no packets, whatever nft 1.0.6 lists",
    async (name) => {
      await using lab = await openLab();
      const log = "type filter hook input priority 0; jump c2";
      const chains = `chain c2 { ip saddr @s log prefix "asleep " group 7; }; chain c { ${log}; }`;
      const table = `add table ip ${name} { flags dormant; set s { type ipv4_addr; elements = { 127.0.0.1 }; }; ${chains}; }`;
      for (const other of ["dd", "inet0", "b"]) await lab.run("nft", [table.replace(` ${name} `, ` ${other} `)]);
      expect(await lab.run("nft", [table])).toMatchObject({ code: 0, stderr: "" });
      const mine = async (): Promise<LogSite | undefined> =>
        (await lab.json<LogSite[]>("explain", "asleep")).find(({ place }) => place === `ip ${name} c2 rule 1`);
      expect(await mine()).toMatchObject({
        to: "nowhere",
        why: "the table is dormant: its rules see no packets",
        remedy: `nft add table ip ${name} wakes it, its verdicts, too`,
        hooks: ["input"],
      });
      await lab.run("nft", ["add", "table", "ip", name]);
      expect((await mine())?.why).not.toContain("dormant");
    },
  );

  test("a prefix that nothing has is a fault", async () => {
    await using lab = await openLab();
    const { code, stdout, stderr } = await lab.netlogctl("explain", 'x\u001b"');
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("nothing logs with a prefix that begins with");
    expect(stderr).not.toContain("\u001b");
    expect((await lab.netlogctl("explain", "a", "--prefix", "b")).code).toBe(2);
  });
});
