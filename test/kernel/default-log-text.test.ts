import { beforeAll, describe, expect, test } from "vitest";
import { lowerBareLogs } from "../../src/core/default-log/lower-bare.ts";
import type { DefaultLog } from "../../src/core/model/default-log.ts";
import { Fault } from "../../src/core/model/fault.ts";
import { encodeRuleset } from "../../src/core/nft/ruleset.ts";
import { rulesetText } from "../../src/core/nft/text/ruleset.ts";
import { type Host, openHost } from "../../src/index.ts";
import { compileInScratch } from "../../src/verbs/scratch.ts";
import { readTextWithDefault, type TextWithDefault } from "../../src/verbs/text-with-default.ts";

let host: Host;
let version: string;
beforeAll(async () => {
  host = await openHost({});
  version = (await host.runHere("nft", ["--version"])).stdout.split(" ")[1]?.slice(1) ?? "";
});

/** The text as it would be applied on a machine with this default log. */
async function read(text: string, machineDefault: DefaultLog = {}): Promise<Omit<TextWithDefault, "sentinel">> {
  const found = await readTextWithDefault(host, { text, source: "f", revision: undefined }, () => {});
  const { ruleset, notes } = lowerBareLogs(found.ruleset, found.sentinel, { ...machineDefault, ...found.defaultLog });
  return { defaultLog: found.defaultLog, ruleset, notes: [...found.notes, ...notes] };
}

/** The lowered rules as nft's text, once nft has taken them again as JSON. */
async function rulesOf({ ruleset }: Pick<TextWithDefault, "ruleset">): Promise<string[]> {
  const { nftables } = encodeRuleset(ruleset);
  expect(await compileInScratch(host, JSON.stringify({ nftables }), () => {})).toMatchObject({ isTaken: true });
  return rulesetText(nftables)
    .split("\n")
    .filter((line) => /^\t\t(?!type|comment)/.test(line))
    .map((line) => line.trim());
}

async function faultOf(text: string): Promise<string> {
  try {
    await read(text);
  } catch (error) {
    if (error instanceof Fault) return `${error.where ?? "-"}: ${error.message}`;
    throw error;
  }
  return "no fault";
}

const chain = (...lines: string[]): string => `table inet t {\n\tchain c {\n\t\t${lines.join("\n\t\t")}\n\t}\n}\n`;

describe("a file with a default log and tables", () => {
  const file = `#!/usr/sbin/nft -f
# log
default log {
	ip user group 3; ip6 kernel
	netdev none
}
define log_ports = { 22, 23 }
table inet t {
	set s { typeof ip saddr; flags dynamic,timeout; timeout 1m; }
	chain log-all { log prefix "log: " # group 9
	}
	chain c {
		type filter hook input priority filter; policy accept;
		log; drop
		log level warn
		log prefix "x" level warn drop
		tcp dport $log_ports \\
			log prefix "p: " \\
			accept
		ip saddr 10.0.0.1 update @s { ip saddr limit rate 3/second } log group 65535
		ip6 saddr ::1 log
		limit rate 3/minute log prefix "slow" counter reject
		log reject with icmpv6 no-route
		jump log-all
	}
}
add table ip u; add chain ip u c
add rule ip u c log snaplen 64
add rule ip u c log prefix "u"`;

  test("every statement has a destination, and those that name one stand", async () => {
    const answer = await read(file);
    expect(answer.defaultLog).toEqual({ ip: { to: "user", group: 3 }, ip6: { to: "kernel" }, netdev: { to: "none" } });
    const rules = (await rulesOf(answer))
      .filter((line) => /log|drop/.test(line))
      .map((line) => line.replace(/ packets 0 bytes 0/, ""));
    expect(rules).toEqual([
      'meta nfproto ipv4 log prefix "log: " group 3',
      'meta nfproto ipv6 log prefix "log: "',
      "meta nfproto ipv4 log group 3",
      "meta nfproto ipv6 log",
      "drop",
      "log",
      'log prefix "x" drop',
      'tcp dport { 22, 23 } meta nfproto ipv4 log prefix "p: " group 3 accept',
      'tcp dport { 22, 23 } meta nfproto ipv6 log prefix "p: " accept',
      "ip saddr 10.0.0.1 update @s { ip saddr limit rate 3/second burst 5 packets } log group 65535",
      "ip6 saddr ::1 log",
      'meta nfproto ipv4 limit name "log-limit-1" log prefix "slow" group 3 counter reject with icmpx port-unreachable',
      'meta nfproto ipv6 limit name "log-limit-1" log prefix "slow" counter reject with icmpx port-unreachable',
      "meta nfproto ipv6 log reject with icmpv6 no-route",
      "jump log-all",
      "log",
      'log prefix "u" group 3',
    ]);
  });

  test("what the file does not say, the machine's default log does", async () => {
    const { defaultLog, ruleset } = await read(`default log ip6 none\n${chain("log", "log level warn")}`, {
      ip: { to: "user", group: 1 },
      ip6: { to: "kernel" },
    });
    expect(defaultLog).toEqual({ ip6: { to: "none" } });
    expect(await rulesOf({ ruleset })).toEqual(["meta nfproto ipv4 log group 1", "log"]);
  });

  test("where all is the kernel's, the text stands", async () => {
    expect(
      await rulesOf(await read(`default log inet kernel\n${chain("log", "log level warn", "log group 65535")}`)),
    ).toEqual(["log", "log", "log group 65535"]);
  });

  test("a default log alone is no ruleset", async () => {
    expect(await faultOf("default log ip none # and no more")).toBe("-: f holds no tables of nft's");
  });
});

test("a chain at a device keeps it, whatever nft tells in JSON", async () => {
  const text =
    "define d = lo\ntable netdev n {\n\tchain i {\n\t\ttype filter hook ingress device $d priority 5; policy accept;\n\t\tlog\n\t}\n}\n";
  const answer = await read(`default log netdev user group 2\n${text}`);
  expect(answer.ruleset.tables.get("netdev n")?.chains.get("i")?.head).toMatchObject({ dev: "lo", prio: 5 });
  expect(await rulesOf(answer)).toEqual(["log group 2"]);
});

describe("nft's complaints are on the text as it was given", () => {
  test.each([
    [
      `default log ip none\n${chain("log drp")}`,
      "f:4:10: nft does not take f: line 4:10-10: Error: syntax error, unexpected newline",
    ],
    [
      `default log ip none\n${chain("log", 'log prefix "x" jump nowhere')}`,
      "f:5:23: nft does not take f: line 5:23-29: Error: Could not process rule: No such file or directory",
    ],
    [
      `default log ip none\n${chain("log; log group 7 level warn")}`,
      "f:4:8: nft does not take f: line 4:8-10: Error: level and group are mutually exclusive",
    ],
    [
      `default log ip none\n${chain("log prefix $x")}`,
      "f:4:14: nft does not take f: line 4:14-14: Error: syntax error, unexpected '$'",
    ],
    [
      "default log ip none\ndefine LOG = log\n",
      "f:2:14: nft does not take f: line 2:14-16: Error: syntax error, unexpected log",
    ],
    [
      "default log ip none\ntable inet log { }\n",
      "f:2:12: nft does not take f: line 2:12-14: Error: syntax error, unexpected log",
    ],
  ])("%j", async (text, wanted) => {
    expect(await faultOf(text)).toContain(wanted);
  });
});

describe("what nft's JSON does not tell", () => {
  const NEWER = "nft is newer than 1.0.6: it tells more";
  const isOld = (): boolean => /^1\.0\.[0-6]$/.test(version);

  test("a rule that would be lost is refused", async ({ skip }) => {
    skip(!isOld(), NEWER);
    expect(await faultOf(`default log ip none\ntable ip t {\n\tflags dormant;\n\tchain c {\n\t\tlog\n\t}\n}\n`)).toBe(
      `f:3: nft ${version} cannot tell in JSON, which is what is applied: "flags dormant" of ip t`,
    );
    expect(await faultOf(`table ip t {\n\tset s {\n\t\ttypeof vlan id\n\t}\n}\n`)).toContain(
      "unqualified type integer",
    );
  });

  test("a remark is left out, and noted", async ({ skip }) => {
    skip(!isOld(), NEWER);
    const { notes } = await read(
      `table ip t {\n\tcomment "mine"\n\tchain c {\n\t\tcomment "my own"\n\t\tlog\n\t}\n}\n`,
    );
    expect(notes).toEqual([
      `nft ${version} cannot tell in JSON, which is what is applied, so it is left out: "comment "mine"" of ip t; "comment "my own"" of ip t c`,
    ]);
  });
});
