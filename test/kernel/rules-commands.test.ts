import { readdirSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ROOT } from "../helpers/cli.ts";
import { type Lab, openLab } from "../helpers/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  for (const link of ["eth0", "eth1", "wan", "lan", "wg0", "br0"])
    await lab.run("ip", ["link", "add", "name", link, "type", "bridge"]);
});
afterAll(() => lab[Symbol.asyncDispose]());
beforeEach(async () => {
  await lab.run("nft", ["flush", "ruleset"]);
});

const write = (path: string, text: string) => lab.run("tee", [path], text);
const ok = async (file: string, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await lab.run(file, args);
  expect({ code, stderr }, args.join(" ")).toEqual({ code: 0, stderr: "" });
  return stdout;
};
const rules = (...some: string[]): string => `version: 1\nrules:\n${some.map((rule) => `  - ${rule}\n`).join("")}`;

const FIREWALL = `table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state invalid counter drop
    tcp dport 22 accept comment "ssh"
    ip saddr 10.0.0.0/8 drop
  }
  chain forward { type filter hook forward priority 0; policy accept; counter drop; }
}
`;

describe("nft: is compiled by nft", () => {
  test("what it makes stands in the rule, beside the intent's own sets", async () => {
    await write(
      "/run/i.yaml",
      `${rules('{ name: a, hook: input, nft: "meta cpu 0 ip saddr @some tcp dport { 22, 80-90 }", log: { group: 1 } }')}sets: { some: { type: ip, elements: [192.0.2.0/24] } }\n`,
    );
    const { code, stdout, stderr } = await lab.netlogctl("rules", "render", "-f", "/run/i.yaml", "--as", "nft");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("\t\tmeta cpu 0 ip saddr @some tcp dport { 22, 80-90 } counter log group 1 comment");
  });

  test.each([
    ["tcp dport 22 accept", "only match, limit, quota, ct count may stand there, not accept"],
    ["log", "only match, limit, quota, ct count may stand there, not log"],
    ["tcp dport 22 counter", "not counter"],
    ["meta mark set 5", "not mangle"],
    ["jump other", "nft does not take"],
    ["tcp dport nope", "nft does not take"],
    ["tcp dport 22 }", "nft does not take"],
    ['tcp dport 22 comment "mine"', "it is not one rule"],
    ["", "must be one line without"],
    ["tcp dport 22; drop", "must be one line without"],
    ["tcp dport 22 # drop", "must be one line without"],
    ["tcp dport $x", "must be one line without"],
    ["tcp dport 22\nadd table ip x", "must be one line without"],
    ['include "/etc/passwd"', "nft does not take"],
  ])("%j is a fault at its rule", async (text, says) => {
    await write(
      "/run/i.yaml",
      rules("{ name: fine, hook: input, nft: meta cpu 0 }", `{ name: a, hook: input, nft: ${JSON.stringify(text)} }`),
    );
    const { code, stdout, stderr } = await lab.netlogctl("rules", "render", "-f", "/run/i.yaml");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^netlogctl: \/run\/i\.yaml:4:\d+: /);
    expect(stderr).toContain(says);
  });
});

describe("rules diff against the machine", () => {
  test("every template as it is applied, into a firewall that drops: nothing differs, also through nft's text", async () => {
    await write("/run/base.nft", FIREWALL);
    await ok("nft", "-f", "/run/base.nft");
    const files = readdirSync(`${ROOT}templates`).filter((file) => file.endsWith(".yaml.hbs"));
    const names = files.map((file) => file.replace(".yaml.hbs", ""));
    await write(
      "/run/uses.sh",
      `set -e; for name in ${names.join(" ")}; do echo "  - $("$@" template show $name | sed -n 's/^Example: //p')"; done`,
    );
    const uses = await ok("sh", "/run/uses.sh", process.execPath, `${ROOT}dist/bin/netlogctl.cjs`);
    await write("/run/i.yaml", `version: 1\ndefault-log: { ip6: user group 3 }\nrules:\n${uses}`);
    const document = await lab.netlogctl("rules", "render", "-f", "/run/i.yaml", "--on", "live");
    expect(document.stderr).toBe("");
    await write("/run/d.json", document.stdout);
    await ok("nft", "-j", "-f", "/run/d.json");

    const diff = () => lab.netlogctl("rules", "diff", "/run/i.yaml", "live", "--exit-code");
    expect(await diff()).toEqual({ code: 0, stdout: "", stderr: "" });
    await write("/run/l.nft", await ok("nft", "list", "ruleset"));
    await ok("nft", "flush", "ruleset");
    expect((await diff()).code).toBe(2); // there is no chain to put them into
    await ok("nft", "-f", "/run/l.nft");
    expect(await diff()).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("packets that were counted are no difference, a rule that is gone is one", async () => {
    await write(
      "/run/base.nft",
      'table inet t { chain out { type filter hook output priority 0; counter comment "all"; ip daddr 127.0.0.1 counter; }\n}\n',
    );
    await ok("nft", "-f", "/run/base.nft");
    await write("/run/before.json", await ok("nft", "-j", "list", "ruleset"));
    await ok("bash", "-c", "echo x > /dev/udp/127.0.0.1/9");
    expect(await ok("nft", "list", "ruleset")).not.toMatch(/counter packets 0 bytes 0 comment/);
    expect((await lab.netlogctl("rules", "diff", "/run/before.json", "live", "--exit-code")).stdout).toBe("");

    await ok("nft", "flush", "chain", "inet", "t", "out");
    const { code, stdout } = await lab.netlogctl(
      "rules",
      "diff",
      "/run/before.json",
      "live",
      "--exit-code",
      "--format",
      "summary",
    );
    expect(code).toBe(1);
    expect(stdout).toBe(
      'inet t out\n  -  rule 1: counter comment "all"\n  -  rule 2: ip daddr 127.0.0.1 counter\n2 removed\n',
    );
  });
});

describe("rules convert", () => {
  test.each(["vyos", "home-router", "foomuuri", "spr", "docker-iptables"])(
    "%s: from text to JSON to text it stays the same",
    async (host) => {
      const file = `${ROOT}fixtures/rulesets/hosts/${host}.nft`;
      const json = await lab.netlogctl("rules", "convert", "-f", file);
      expect(json.stderr).toBe("");
      await write("/run/c.json", json.stdout);
      const text = await lab.netlogctl("rules", "convert", "-f", "/run/c.json");
      expect(text.stderr).toBe("");
      await write("/run/c.nft", text.stdout);
      expect(await lab.netlogctl("rules", "diff", file, "/run/c.nft", "--exit-code")).toEqual({
        code: 0,
        stdout: "",
        stderr: "",
      });
    },
  );

  test("nothing of it stays in the machine", async () => {
    await lab.netlogctl("rules", "convert", "-f", `${ROOT}fixtures/rulesets/hosts/vyos.nft`);
    expect(await ok("nft", "list", "ruleset")).toBe("");
  });
});

test("a packet that a firewall drops is logged before it is dropped, and only that", async () => {
  await write("/run/base.nft", FIREWALL);
  await ok("nft", "-f", "/run/base.nft");
  await write("/run/i.yaml", rules("{ use: dropped, with: { chains: { input: inet filter input } } }"));
  const document = await lab.netlogctl("rules", "render", "-f", "/run/i.yaml", "--on", "live");
  await write("/run/d.json", document.stdout);
  await ok("nft", "-j", "-f", "/run/d.json");
  await lab.run("bash", ["-c", "echo x > /dev/udp/127.0.0.1/9; echo x > /dev/udp/127.0.0.1/9"]);
  const listed = await ok("nft", "list", "chain", "inet", "filter", "input");
  const counts = [...listed.matchAll(/counter packets (\d+) bytes \d+ log prefix "drop:input "/g)].map(
    (found) => found[1],
  );
  expect(counts).toEqual(["0", "0", "2"]); // invalid, 10.0.0.0/8, the policy
});
