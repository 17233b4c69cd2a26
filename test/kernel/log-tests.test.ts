import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openTrials } from "../../src/host/trial/open-trials.ts";
import type { LogTestReport } from "../../src/index.ts";
import { ROOT, runCli } from "../helpers/cli.ts";
import { type Lab, openLab } from "../helpers/lab.ts";

const FIXTURES = "fixtures/log-tests";
const GOLDEN = `${ROOT}fixtures/log-tests/expected`;
const TEMPLATES = readdirSync(`${ROOT}templates`);

/** Awaits that all processes of the lab are in one network namespace: its own. */
const ONLY_ONE = "until [ $(readlink /proc/[0-9]*/ns/net | sort -u | wc -l) = 1 ]; do :; done";
const WORKING = "until pgrep -f trial-worker > /dev/null; do :; done";

async function write(lab: Lab, text: string): Promise<string> {
  expect((await lab.run("tee", ["/run/t.yaml"], text)).code).toBe(0);
  return "/run/t.yaml";
}

const PING = (more: string): string => `version: 1
ruleset: |
  table inet t {
    chain c { type filter hook input priority 0; icmp type echo-request log prefix "ping " group 1; }
  }
interfaces: { eth0: [192.0.2.1/24] }
tests:
${more}`;

const ONE = (name: string, more = ""): string =>
  `  - { name: "${name}", packets: [{ in: eth0, icmp: echo-request${more} }], logged: [{ prefix: "ping ", count: 1 }], only: true }\n`;

describe("rules test", () => {
  test("every hook, protocol and state that a ruleset tells apart", async () => {
    const { code, stdout } = await runCli(["rules", "test", `${FIXTURES}/ruleset.test.yaml`, "--coverage"]);
    expect(stdout.replace(/^ {2}ok .*\n/gm, "")).toBe(`${FIXTURES}/ruleset.test.yaml
13 of 14 log statements were reached; by no test:
  ${FIXTURES}/filter.nft: inet filter forward rule 3: ct state related log prefix "fwd:related " group 9
${(readFileSync(`${ROOT}${FIXTURES}/ruleset.test.yaml`, "utf8").match(/^ {2}- name:/gm) ?? []).length} passed, 0 failed
`);
    expect(code).toBe(0);
  });

  test.each([
    ["default-log", "4 of 4"],
    ["wire", "6 of 6"],
    ["nat", "2 of 3"],
  ])("%s: as many of its log statements are reached", async (name, reached) => {
    const { code, stdout } = await runCli(["rules", "test", `${FIXTURES}/${name}.test.yaml`, "--coverage"]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(`${reached} log statements`),
    });
  });

  test.each(["text", "tap", "junit"])("what fails is told as %s", async (format) => {
    const { code, stdout, stderr } = await runCli([
      "rules",
      "test",
      `${FIXTURES}/failing.test.yaml`,
      "--coverage",
      "--format",
      format,
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    await expect(stdout.replace(/time="[0-9.]+"/g, 'time="0"')).toMatchFileSnapshot(`${GOLDEN}/failing.${format}`);
  });

  test("--json has all of it, --name only some, and the rules come from -f", async () => {
    const { code, stdout } = await runCli([
      ..."rules test --json --name comes --coverage".split(" "),
      `${FIXTURES}/failing.test.yaml`,
    ]);
    const report = JSON.parse(stdout) as LogTestReport;
    expect({ ...report, tests: report.tests.map(({ name, isPassed }) => ({ name, isPassed })) }).toMatchObject({
      passed: 0,
      failed: 1,
      tests: [{ name: "nothing comes", isPassed: false }],
      coverage: { logs: 2, reached: 0 },
    });
    expect(code).toBe(1);
    const other = await runCli([
      ...`rules test --name comes -f ${FIXTURES}/filter.nft`.split(" "),
      `${FIXTURES}/failing.test.yaml`,
    ]);
    expect(other.stdout).toContain('got       none; beside it "drop " to kernel level notice in eth0');
  });

  test.each(TEMPLATES.filter((name) => name.endsWith(".hbs")))("%s has tests, and passes them", async (template) => {
    const { code, stdout } = await runCli([
      "rules",
      "test",
      `templates/${template.replace(".yaml.hbs", ".test.yaml")}`,
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^[1-9][0-9]* passed, 0 failed$/m) });
  });

  // Those of Qubes stand in the place of two others, and write the same prefix.
  test.each([
    ["all templates but those of Qubes", (name: string) => !name.startsWith("qubes-")],
    ["the templates of Qubes", (name: string) => name.startsWith("qubes-")],
  ])("rules init writes tests that pass, with those of %s in use", async (_what, isUsed) => {
    await using lab = await openLab();
    const uses = TEMPLATES.filter(isUsed).flatMap((name) =>
      name.endsWith(".hbs") ? ["--template", name.replace(".yaml.hbs", "")] : [],
    );
    expect(await lab.netlogctl("rules", "init", ...uses)).toMatchObject({ code: 0 });
    const before = [await lab.run("nft", ["list", "ruleset"]), await lab.bound()];
    const ran = await lab.netlogctl("rules", "test");
    expect({ ...ran, stdout: ran.code === 0 ? "" : ran.stdout }).toEqual({ code: 0, stdout: "", stderr: "" });
    expect([await lab.run("nft", ["list", "ruleset"]), await lab.bound()]).toEqual(before);
    await lab.run("tee", ["/etc/netlogctl/netlog.test.yaml"], "mine");
    await lab.run("rm", ["/etc/netlogctl/netlog.yaml"]);
    expect((await lab.netlogctl("rules", "init")).stdout).toContain("netlog.test.yaml stays as it is");
    expect(await lab.text("/etc/netlogctl/netlog.test.yaml")).toBe("mine");
  });

  test("the live rules can be tested, and stay as they are", async () => {
    await using lab = await openLab();
    await lab.run("nft", [
      'add table ip t { chain c { type filter hook input priority 0; icmp type echo-request counter log prefix "ping "; }; }',
    ]);
    const path = await write(lab, PING(ONE("one")));
    expect(await lab.netlogctl("rules", "test", path, "-f", "live")).toMatchObject({ code: 0 });
    expect((await lab.run("nft", ["list", "ruleset"])).stdout).toContain("packets 0 bytes 0");
  });

  test("a hundred at once: all end, and no namespace is left", async () => {
    await using lab = await openLab();
    const path = await write(lab, PING(Array.from({ length: 100 }, (_, at) => ONE(`test ${at}`)).join("")));
    expect(await lab.netlogctl("rules", "test", path)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("100 passed, 0 failed"),
    });
    expect(await lab.run("bash", ["-c", ONLY_ONE])).toMatchObject({ code: 0 });
  });

  test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("after %s no namespace is left", async (signal) => {
    await using lab = await openLab();
    const path = await write(lab, PING(ONE("waits", ", after: 3600s")));
    const running = lab.start(process.execPath, [`${ROOT}dist/bin/netlogctl.cjs`, "rules", "test", path]);
    expect(await lab.run("bash", ["-c", WORKING])).toMatchObject({ code: 0 });
    expect(await lab.run("pkill", ["-x", "-f", `-${signal}`, `.*netlogctl.cjs rules test ${path}`])).toMatchObject({
      code: 0,
    });
    await running.ended;
    expect(await lab.run("bash", ["-c", ONLY_ONE])).toMatchObject({ code: 0 });
  });

  const RULESET = /ruleset: [\s\S]*?\n(?=interfaces)/;
  const INTENT = (rule: string): string => `intent: { version: 1, rules: [${rule}] }\n`;

  test.each([
    ["rules that nft does not take", RULESET, 'ruleset: "table inet t { chain c { lg; }; }\\n"\n', "nft does not take"],
    [
      "rules in nothing that is declared",
      RULESET,
      "ruleset: rules.json\n",
      "a chain that nothing declares: inet none c",
    ],
    ["no such ruleset", RULESET, "ruleset: none.nft\n", "/run/t.yaml: cannot read a file: /run/none.nft"],
    ["a ruleset for an intent", RULESET, "intent: /etc/hosts\n", "/etc/hosts is no intent"],
    ["nothing that is tested", RULESET, "", "nothing is tested name an intent"],
    ["a dormant table", "table inet t {", "table inet t { flags dormant;", "nft takes no flags of a table from JSON"],
    ["a table with an owner", RULESET, "ruleset: owner.json\n", "table inet t has flags (owner)"],
    ["a table that is ours", "table inet t {", "table inet netlogctl-trial {", "is what tests are run with"],
    ["a capture of nothing", "icmp: echo-request", "pcap: empty.pcap", "/run/empty.pcap holds no packets"],
    ["an unknown key", "ruleset", "rulesset", 'did you mean "ruleset"?'],
    [
      "a wrong intent, at its place",
      RULESET,
      INTENT("{ name: a, hok: input }"),
      "/run/t.yaml:2:42: rules[0].hok: there is",
    ],
    [
      "a chain that is not there",
      RULESET,
      INTENT("{ name: a, into: inet f c, at: end, log: { group: 1 } }"),
      "no chain inet f c name the ruleset",
    ],
    ["an interface that is none", "eth0:", '"a b":', "must be the name of an interface"],
    [
      "a capture that is not there",
      "icmp: echo-request",
      "pcap: none.pcap",
      "/run/t.yaml: cannot read a file: /run/none.pcap",
    ],
    ["a capture that is none", "icmp: echo-request", "pcap: t.yaml", "/run/t.yaml is no capture"],
  ])("%s is a fault", async (_, from, to, says) => {
    await using lab = await openLab();
    const rule = { family: "inet", table: "none", chain: "c", expr: [] };
    await lab.run("tee", ["/run/rules.json"], JSON.stringify({ nftables: [{ add: { rule } }] }));
    const owned = [{ table: { family: "inet", name: "t", flags: ["owner"] } }];
    await lab.run("tee", ["/run/owner.json"], JSON.stringify({ nftables: owned }));
    await lab.run("sh", ["-c", "head -c 24 $0 > /run/empty.pcap", `${ROOT}${FIXTURES}/syn.pcap`]);
    const { code, stdout, stderr } = await lab.netlogctl(
      "rules",
      "test",
      await write(lab, PING(ONE("one")).replace(from, to)),
    );
    expect({ code, stdout, stderr: stderr.replace(/\s+/g, " ") }).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(says),
    });
    expect(stderr).not.toMatch(/\n {4}at |bug in netlogctl/);
  });

  test("no test of that name is a fault", async () => {
    const ran = await runCli(["rules", "test", `${FIXTURES}/failing.test.yaml`, "--name", "\u001bnone"]);
    expect(ran).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining('no test has "\\u001bnone" in its name'),
    });
  });

  test("what nft refuses in the namespace is how the test failed", async () => {
    await using lab = await openLab();
    const place = { family: "inet", table: "t" };
    const chain = { ...place, name: "c", type: "filter", hook: "input", prio: 0, policy: "accept" };
    const match = { op: "==", left: { meta: { key: "no-such-key" } }, right: 1 };
    const add = [
      { table: { family: "inet", name: "t" } },
      { chain },
      { rule: { ...place, chain: "c", expr: [{ match }] } },
    ];
    await lab.run("tee", ["/run/none.json"], JSON.stringify({ nftables: add }));
    const text = PING(ONE("one")).replace(/ruleset: [\s\S]*?\ninterfaces/, "ruleset: none.json\ninterfaces");
    const { code, stdout } = await lab.netlogctl("rules", "test", await write(lab, text));
    expect(code).toBe(1);
    expect(stdout).toContain("expected  to load the rules");
  });
});

test("a worker that is ready when nothing is left for it ends, too", async () => {
  const trials = await openTrials(`${ROOT}dist/bin/trial-worker.cjs`, 2);
  const trial = { markGroup: 1, groups: [], packets: [], interfaces: [], document: "{}" } as never;
  const answers = [trials.run(trial), trials.run(trial)];
  await trials.close();
  expect(await Promise.all(answers)).toHaveLength(2);
  const children = readdirSync("/proc/self/task").map((task) =>
    readFileSync(`/proc/self/task/${task}/children`, "utf8"),
  );
  expect(children.join("")).toBe("");
});
