import { describe, expect, test } from "vitest";
import type { Diagnosis } from "../../src/index.ts";
import { examine, load, loadRules, paste, SHELL } from "../helpers/doctor.ts";
import { type Lab, openLab } from "../helpers/lab.ts";

const LIMITED = "limit rate 5/minute";

/** Rules that the linter complains of, and what they are when they are mended. */
const MENDED: readonly (readonly [string, string, readonly string[]])[] = [
  ["no-limit", 'udp dport 9 log prefix "a: " group 7', ['udp dport 9 limit rate 5/minute log prefix "a: " group 7']],
  [
    "no-limit",
    'udp dport 9 counter log prefix "a: " group 7 drop comment "it\'s mine"',
    [
      'udp dport 9 limit rate 5/minute counter packets 0 bytes 0 log prefix "a: " group 7',
      'udp dport 9 counter packets 0 bytes 0 drop comment "it\'s mine"',
    ],
  ],
  [
    "limit-over",
    'limit rate over 9/second log prefix "a: " group 7',
    ['limit rate over 9/second limit rate 5/minute log prefix "a: " group 7'],
  ],
  [
    "limit-after-log",
    `counter udp dport 9 counter log prefix "a: " ${LIMITED}`,
    ['counter packets 0 bytes 0 udp dport 9 limit rate 5/minute counter packets 0 bytes 0 log prefix "a: "'],
  ],
  [
    "limit-log-verdict",
    `udp dport 9 ${LIMITED} log prefix "a: " group 7 drop`,
    ['udp dport 9 limit rate 5/minute counter packets 0 bytes 0 log prefix "a: " group 7', "udp dport 9 drop"],
  ],
  [
    "limit-after-log",
    `udp dport 9 log prefix "a: " group 7 ${LIMITED} drop`,
    [
      'udp dport 9 limit rate 5/minute counter packets 0 bytes 0 log prefix "a: " group 7',
      "udp dport 9 limit rate 5/minute drop",
    ],
  ],
  [
    "limit-over",
    'udp dport 9 limit rate over 5/minute log prefix "a: " group 7 drop',
    [
      'udp dport 9 limit rate over 5/minute limit rate 5/minute counter packets 0 bytes 0 log prefix "a: " group 7',
      "udp dport 9 limit rate over 5/minute drop",
    ],
  ],
  // By itself the verdict would hold for every packet, so that is left to who wrote it.
  ["limit-log-verdict", `${LIMITED} log prefix "a: " group 7 drop`, [`${LIMITED} log prefix "a: " group 7 drop`]],
  ["prefix-missing", `${LIMITED} log group 7 drop`, [`${LIMITED} log prefix "in-2: " group 7 drop`]],
  ["two-logs", `${LIMITED} log prefix "a: " log group 7`, [`${LIMITED} log prefix "a: " group 7`]],
  ["prefix-missing", `${LIMITED} log group 7`, [`${LIMITED} log prefix "in-2: " group 7`]],
  ["prefix-separator", `${LIMITED} log prefix "a"`, [`${LIMITED} log prefix "a "`]],
  ["snaplen-zero", `${LIMITED} log prefix "a" group 7 snaplen 0`, [`${LIMITED} log prefix "a" group 7`]],
  [
    "queue-threshold-high",
    `${LIMITED} log prefix "a" group 7 queue-threshold 200`,
    [`${LIMITED} log prefix "a" group 7`],
  ],
  // All that is found of one rule is mended at once.
  ["no-limit", 'udp dport 9 log prefix "a"', ['udp dport 9 limit rate 5/minute log prefix "a "']],
];

/** A line of a listing without the burst that nft 1.0.6 leaves out, and later ones list. */
const listed = (line: string): string => line.trim().replaceAll(" burst 5 packets", "");

/** Counts what gets past the rules, of ten packets to each of two ports. */
async function passed(lab: Lab): Promise<string[]> {
  const send = "for port in 9 10; do for i in {1..10}; do echo > /dev/udp/127.0.0.1/$port; done; done";
  const { stdout } = await lab.run("bash", ["-c", `${send}; nft reset counters table inet seen`]);
  return [...stdout.matchAll(/packets (\d+)/g)].map(([, packets = ""]) => packets);
}

const SEEN = `table inet seen {
  counter port9 { }
  counter port10 { }
  chain in {
    type filter hook input priority 10
    udp dport 9 counter name port9
    udp dport 10 counter name port10
  }
}
`;

test.each(MENDED)(
  "%s is mended where the rule stands, and verdicts change only where that is said: %s",
  async (...given) => {
    const [code, rule, mended] = given;
    await using lab = await openLab();
    await loadRules(lab, rule);
    await load(lab, SEEN);
    const found = (await examine(lab)).get(code);
    expect(found).toMatchObject({ where: ["inet lab in rule 1"], why: expect.any(String) });

    const before = await passed(lab);
    await paste(lab, found);
    const lines = (await lab.run("nft", ["list", "chain", "inet", "lab", "in"])).stdout.split("\n");
    expect(lines.slice(3, -3).map(listed)).toEqual(mended);
    const isSaid = found?.remedy.includes("drop holds then for all that matches");
    expect(isSaid).toBe(code === "limit-log-verdict" && mended.length === 2);
    // Rules that are as they were have used up their limit.
    await lab.run("bash", [
      "-c",
      "nft list table inet lab > /run/lab.nft; nft 'delete table inet lab; include \"/run/lab.nft\"'",
    ]);
    expect(await passed(lab)).toEqual(isSaid ? ["0", "10"] : before);
    expect(before[0] === "10").toBe(!rule.includes("drop"));
  },
);

describe("a rule of ours", () => {
  const RULES = "rules: [{ name: all, hook: input, log: { prefix: 'all' } }]";

  test("is mended in the intent that it came from, once for all that is found, and not below it", async () => {
    await using lab = await openLab();
    await lab.run("tee", ["/run/my intent.yaml"], `version: 1\n${RULES}\n`);
    await lab.netlogctl("rules", "apply", "-f", "/run/my intent.yaml", "--yes");
    const found = await examine(lab);
    const { remedy } = found.get("no-limit") ?? { remedy: "" };
    expect(remedy).toMatch(/^# in rule all of the intent: put a limit before the log.*\n"\$\{EDITOR:-vi\}" '\/run\/my/);
    expect(found.get("prefix-separator")?.remedy).toMatch(
      /^# in rule all of the intent, with the line for no-limit: .*$/,
    );
    expect(remedy).not.toContain("nft");

    const edit = `printf '#!/bin/sh\nsed -i "s/hook: input/&, limit: 5\\/minute/;s/all\\x27/all: \\x27/" "$1"' > /run/edit; chmod +x /run/edit`;
    await lab.run("bash", ["-c", edit]);
    const mending = `export EDITOR=/run/edit\n${remedy.replace("rules apply", "rules apply --yes")}`;
    await paste(lab, { ...(found.get("no-limit") as Diagnosis), remedy: mending });
    expect([...(await examine(lab)).keys()].filter((code) => code !== "not-seen")).toEqual([]);
  });

  test("that is gone is put back without a question, and what is pasted behind it is run", async () => {
    await using lab = await openLab();
    await lab.run("tee", ["/run/netlog.yaml"], `version: 1\n${RULES}\n`);
    await lab.netlogctl("rules", "apply", "-f", "/run/netlog.yaml", "--yes");
    await lab.run("nft", ["flush", "table", "inet", "netlogctl"]);
    const gone = (await examine(lab)).get("rules-differ") as Diagnosis;
    expect(gone.severity).toBe("error");
    await lab.run("bash", ["-c", "cat > /run/pasted"], `${SHELL}${gone.remedy}\necho behind\n`);
    expect((await lab.run("bash", ["-c", "bash < /run/pasted"])).stdout).toMatch(/behind\n$/);
    expect((await examine(lab)).has("rules-differ")).toBe(false);
  });
});
