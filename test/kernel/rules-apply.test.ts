import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, MAIN, openLab, type Ran } from "../helpers/lab.ts";

const FILTER = `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 23 counter drop
		udp dport 1 drop
	}
}
`;
const INTENT = `version: 1
default-log: { ip: kernel, ip6: user group 3 }
sets:
  trusted: { type: ip, elements: [192.0.2.0/24] }
rules:
  - name: ssh
    hook: input
    match: { ip: { saddr: "!@trusted" }, tcp: { dport: 22 }, ct: { state: new } }
    log: { prefix: "ssh " }
    limit: { rate: 5/minute burst 10, per: saddr }
  - { name: drops, into: inet filter input, before: drop, log: { prefix: "drop " } }
  - { name: web, hook: input, match: { tcp: { dport: 80 } }, log: { prefix: "web " }, limit: 5/second }
`;
const EDITED = INTENT.replace("192.0.2.0/24", "192.0.2.0/25, 198.51.100.7").replace('"ssh "', '"shell "');

async function write(lab: Lab, path: string, text: string): Promise<void> {
  await lab.run("sh", ["-c", `cat > ${path}`], text);
}

async function ruleset(lab: Lab, ...what: string[]): Promise<string> {
  const { stdout } = await lab.run("nft", ["-s", "list", ...(what.length === 0 ? ["ruleset"] : what)]);
  return stdout;
}

/** A lab with somebody else's firewall and an intent in /run. */
async function prepared(): Promise<Lab> {
  const lab = await openLab();
  await write(lab, "/run/filter.nft", FILTER);
  await lab.run("nft", ["-f", "/run/filter.nft"]);
  await write(lab, "/run/netlog.yaml", INTENT);
  await write(lab, "/run/edited.yaml", EDITED);
  return lab;
}

const apply = (lab: Lab, file: string, ...more: string[]): Promise<Ran> =>
  lab.netlogctl("rules", "apply", "-f", file, "--yes", ...more);

describe("rules apply", () => {
  test("makes what was previewed, says that nothing is to do then, and remove leaves no trace", async () => {
    await using lab = await prepared();
    const before = await ruleset(lab);
    const preview = await lab.netlogctl("rules", "preview", "-f", "/run/netlog.yaml", "--sample", "0");
    expect(preview.stdout).toContain(
      '+		tcp dport 23 meta nfproto ipv4 counter log prefix "drop " comment "netlogctl:drops"',
    );
    expect(preview.stdout).toMatch(/ip6: nf_log_ipv6 -> nfnetlink_log/);
    expect(preview.stdout).toMatch(/"web " +kernel +1 .* 5\/s/);
    expect(await ruleset(lab)).toBe(before);

    const { code, stdout } = await apply(lab, "/run/netlog.yaml");
    expect({ code, same: stdout.split("\nPREFIX")[0] === preview.stdout.split("\n\nPREFIX")[0]?.concat("\n") }).toEqual(
      {
        code: 0,
        same: true,
      },
    );
    expect(await ruleset(lab, "chain", "inet", "filter", "input")).toBe(`table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 23 meta nfproto ipv4 counter log prefix "drop " comment "netlogctl:drops"
		tcp dport 23 meta nfproto ipv6 counter log prefix "drop " group 3 comment "netlogctl:drops"
		tcp dport 23 counter drop
		udp dport 1 meta nfproto ipv4 counter log prefix "drop " comment "netlogctl:drops"
		udp dport 1 meta nfproto ipv6 counter log prefix "drop " group 3 comment "netlogctl:drops"
		udp dport 1 drop
	}
}
`);
    expect((await lab.bound())[10]).toBe("nfnetlink_log");
    expect((await lab.netlogctl("rules", "diff", "/run/netlog.yaml", "live", "--exit-code")).code).toBe(0);
    expect((await apply(lab, "/run/netlog.yaml")).stdout).toBe("nothing to do: it is so already\n");

    expect((await lab.netlogctl("rules", "remove", "--yes")).code).toBe(0);
    expect(await ruleset(lab)).toBe(before);
  });

  test("an edit keeps handles and counters of what does not change; rollback and history tell of it", async () => {
    await using lab = await prepared();
    await apply(lab, "/run/netlog.yaml");
    await lab.run("bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/80"]);
    const web = async (): Promise<string | undefined> =>
      (await lab.run("nft", ["-a", "list", "chain", "inet", "netlogctl", "input"])).stdout
        .split("\n")
        .find((line) => line.includes("netlogctl:web"))
        ?.trim();
    const before = await web();
    expect(before).toContain("counter packets 1 ");

    await apply(lab, "/run/edited.yaml");
    expect(await web()).toBe(before);
    expect(await ruleset(lab, "set", "inet", "netlogctl", "trusted")).toContain("192.0.2.0/25, 198.51.100.7");
    expect((await lab.netlogctl("rules", "rollback", "--yes")).code).toBe(0);
    expect(await web()).toBe(before);
    expect((await lab.netlogctl("rules", "diff", "rev:1", "live", "--exit-code")).code).toBe(0);
    const history = await lab.json<{ number: number; title: string; state: string }[]>("rules", "history");
    expect(history.map(({ number, title, state }) => [number, title, state])).toEqual([
      [3, "rollback to revision 1", "current"],
      [2, "apply /run/edited.yaml", ""],
      [1, "apply /run/netlog.yaml", ""],
    ]);
  });

  test("a rule that the kernel refuses is named with its line, and nothing is changed", async () => {
    await using lab = await prepared();
    const before = { ruleset: await ruleset(lab), bound: await lab.bound() };
    const wrong = `${INTENT}  - { name: sock, hook: forward, expr: [{ match: { op: "==", left: { socket: { key: transparent } }, right: 1 } }] }\n`;
    await write(lab, "/run/wrong.yaml", wrong);
    for (const verb of [["check"], ["apply", "--yes"]]) {
      const { code, stderr } = await lab.netlogctl("rules", ...verb, "-f", "/run/wrong.yaml");
      expect({ code, stderr: stderr.split("\n").filter((line) => !line.includes("note:"))[0] }).toEqual({
        code: 1,
        stderr:
          "netlogctl: /run/wrong.yaml:13:5: the kernel does not take rule sock (inet netlogctl forward): Could not process rule: Operation not supported",
      });
      expect({ ruleset: await ruleset(lab), bound: await lab.bound() }).toEqual(before);
    }
  });

  test("asks on a terminal; stops if the machine changed meanwhile, unless it may plan anew", async () => {
    await using lab = await prepared();
    const answer = async (word: string, more: string): Promise<Ran> => {
      const command = `${process.execPath} ${MAIN} rules apply -f /run/netlog.yaml ${more}`;
      return await lab.run("python3", ["-c", ASKED, word, command]);
    };
    expect((await answer("n", "")).stdout).toContain("not applied: nothing was changed");
    expect(await ruleset(lab)).not.toContain("netlogctl");

    const stopped = await answer("change", "");
    expect(stopped.stdout).toContain("inet filter input: now has tcp dport 9 drop");
    expect(await ruleset(lab)).not.toContain("netlogctl");

    expect((await answer("change", "--replan")).stdout).toContain("carrying out a new plan");
    expect((await lab.netlogctl("rules", "diff", "/run/netlog.yaml", "live", "--exit-code")).code).toBe(0);
    expect((await lab.netlogctl("rules", "remove")).stderr).toContain("there is no terminal to ask on");
  });

  test("without root it is a fault, and with --netns it works elsewhere", async () => {
    await using lab = await prepared();
    await lab.run("ip", ["netns", "add", "blue"]);
    await write(lab, "/run/blue.yaml", "version: 1\nrules: [{ name: a, hook: input, log: { group: 1 } }]\n");
    const { code, stderr } = await apply(lab, "/run/blue.yaml", "--netns", "blue", "--persist");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect((await lab.run("ip", ["netns", "exec", "blue", "nft", "list", "ruleset"])).stdout).toContain("netlogctl:a");
    expect(await ruleset(lab)).not.toContain("netlogctl");
    expect(await lab.text("/etc/netns/blue/netlogctl/rules.json")).toContain('"apply /run/blue.yaml"');
    await lab.run("ip", ["netns", "exec", "blue", "nft", "flush", "ruleset"]);
    expect((await lab.netlogctl("restore", "--netns", "blue")).code).toBe(0);
    expect((await lab.run("ip", ["netns", "exec", "blue", "nft", "list", "ruleset"])).stdout).toContain("netlogctl:a");
  });
});

/** Runs a command on a terminal of its own; asked, it answers with the word, or changes the firewall and says yes. */
const ASKED = `
import os, pty, subprocess, sys
word, command = sys.argv[1:]
seen = b""
def read(fd):
    global seen
    data = os.read(fd, 1024)
    asked = b"Apply this?" in seen
    seen += data
    if b"Apply this?" in seen and not asked:
        if word == "change":
            subprocess.run(["nft", "add", "rule", "inet", "filter", "input", "tcp", "dport", "9", "drop"], check=True)
        os.write(fd, b"y\\r" if word == "change" else word.encode() + b"\\r")
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(["sh", "-c", command], read)))
`;

describe("the default log and live rules", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await prepared();
    await apply(lab, "/run/netlog.yaml");
  });
  afterAll(async () => await lab[Symbol.asyncDispose]());

  test("default log lowers them anew in the same plan as the bindings", async () => {
    const { stdout } = await lab.netlogctl("default", "log", "ip", "user", "group", "7");
    expect(stdout).toMatch(/^rules: \d+, 4 of them in chains of others -> /);
    expect(await ruleset(lab, "chain", "inet", "filter", "input")).toContain(
      'tcp dport 23 meta nfproto ipv4 counter log prefix "drop " group 7',
    );
    expect((await lab.bound())[2]).toBe("nfnetlink_log");
    expect((await lab.netlogctl("rules", "apply", "-f", "/run/netlog.yaml", "--yes")).code).toBe(0);
    expect((await lab.bound())[2]).toBe("nf_log_ipv4");
  });

  test("an intent and what is persisted may not contradict each other", async () => {
    const persisted = await lab.netlogctl("default", "log", "ip6", "none", "--persist");
    expect(persisted.stderr).toContain(
      "cannot persist ip6 none: what is applied (apply /run/netlog.yaml) says user group 3",
    );
    await write(lab, "/run/other.nft", "default log ip6 none\n");
    await lab.run("sh", ["-c", "mkdir -p /etc/netlogctl && cp /run/other.nft /etc/netlogctl/default-log.nft"]);
    const { code, stderr } = await apply(lab, "/run/edited.yaml");
    expect({
      code,
      names: stderr.includes("/etc/netlogctl/default-log.nft") && stderr.includes("/run/edited.yaml"),
    }).toEqual({
      code: 1,
      names: true,
    });
  });
});

describe("a file with a default log and tables", () => {
  const TEXT = `default log { ip user group 4; ip6 kernel }
table inet gate {
	chain in {
		type filter hook input priority 5; policy accept;
		tcp dport 25 log prefix "bare "
		tcp dport 26 log prefix "warn " level warn
		tcp dport 27 log prefix "own " group 9 drop
	}
}
`;
  test("bare log statements get the default, explicit ones stand, also when the default changes later", async () => {
    await using lab = await prepared();
    await write(lab, "/run/gate.nft", TEXT);
    expect((await apply(lab, "/run/gate.nft")).code).toBe(0);
    const logs = async (): Promise<string[]> =>
      [...(await ruleset(lab, "table", "inet", "gate")).matchAll(/^\t\ttcp (.*)$/gm)].map((found) => found[1] ?? "");
    expect(await logs()).toEqual([
      'dport 25 meta nfproto ipv4 log prefix "bare " group 4',
      'dport 25 meta nfproto ipv6 log prefix "bare "',
      'dport 26 log prefix "warn "',
      'dport 27 log prefix "own " group 9 drop',
    ]);
    expect((await lab.bound())[2]).toBe("nfnetlink_log");
    await lab.netlogctl("default", "log", "inet", "user", "group", "2");
    expect(await logs()).toEqual([
      'dport 25 log prefix "bare " group 2',
      'dport 26 log prefix "warn "',
      'dport 27 log prefix "own " group 9 drop',
    ]);
    await lab.netlogctl("rules", "remove", "--yes");
    expect(await ruleset(lab)).toBe(FILTER);
  });

  test("a table that is there already is somebody else's, unless it is adopted", async () => {
    await using lab = await prepared();
    await write(lab, "/run/gate.nft", TEXT.replaceAll("gate", "filter"));
    const refused = await apply(lab, "/run/gate.nft");
    expect(refused.stderr).toContain("the table inet filter is there already");
    expect(await ruleset(lab)).toBe(FILTER);
    expect((await apply(lab, "/run/gate.nft", "--adopt")).code).toBe(0);
    expect(await ruleset(lab)).not.toContain("dport 23");
    expect((await apply(lab, "/run/gate.nft")).stdout).toBe("nothing to do: it is so already\n");
  });
});

describe("a table of somebody else under a name of ours", () => {
  test("is not taken over by an intent, nor taken away by remove, unless it is adopted", async () => {
    await using lab = await prepared();
    await write(lab, "/run/taken.yaml", `table: filter\n${INTENT}`);
    const { code, stderr } = await apply(lab, "/run/taken.yaml");
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the table inet filter is there already"),
    });
    expect(await ruleset(lab)).toBe(FILTER);

    await lab.run("nft", [
      "add table inet netlogctl; add chain inet netlogctl theirs { type filter hook forward priority 0; policy drop; }",
    ]);
    const before = await ruleset(lab);
    expect((await apply(lab, "/run/netlog.yaml")).stderr).toContain("the table inet netlogctl is there already");
    expect((await lab.netlogctl("rules", "remove", "--yes")).stdout).toBe("nothing to do: it is so already\n");
    expect(await ruleset(lab)).toBe(before);
    expect((await apply(lab, "/run/netlog.yaml", "--adopt")).code).toBe(0);
    expect(await ruleset(lab)).not.toContain("theirs");
  });
});

describe("when the owner of a chain reloads it", () => {
  test("status says so, and apply puts our rules back", async () => {
    await using lab = await prepared();
    await apply(lab, "/run/netlog.yaml");
    const whole = await ruleset(lab);
    await lab.run("sh", ["-c", "nft delete table inet filter && nft -f /run/filter.nft"]);
    const { problems } = await lab.json<{ problems: { code: string; message: string }[] }>("status");
    expect(problems.find(({ code }) => code === "rules-differ")?.message).toBe(
      "rules are not as revision 1 made them: rule drops in inet filter input: missing",
    );
    await apply(lab, "/run/netlog.yaml");
    expect((await ruleset(lab)).split("\n").sort()).toEqual(whole.split("\n").sort());
  });

  test("watch ends where it may not look", async () => {
    await using lab = await openLab();
    const without = ["--bounding-set=-net_admin", "--inh-caps=-net_admin", process.execPath, MAIN, "watch"];
    const { code, stderr } = await lab.run("setpriv", without);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("Operation not permitted") });
  });

  test("watch --repair puts them back at once, and not for ever", async () => {
    await using lab = await prepared();
    await apply(lab, "/run/netlog.yaml");
    const words = [MAIN, "watch", "--repair", "--repairs-per-minute", "2", "--json"].join(" ");
    const watch = lab.start("sh", ["-c", `exec ${process.execPath} ${words}`]);
    await watch.line("intact");
    for (let round = 0; round < 2; round += 1) {
      await lab.run("sh", ["-c", "nft delete table inet filter && nft -f /run/filter.nft"]);
      expect(await watch.line("repaired")).toContain("rule drops in inet filter input: missing");
      expect(await ruleset(lab, "chain", "inet", "filter", "input")).toContain("netlogctl:drops");
    }
    await lab.run("sh", ["-c", "nft delete table inet filter && nft -f /run/filter.nft"]);
    await watch.line("held back");
  });
});
