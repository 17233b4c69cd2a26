import { describe, expect, test } from "vitest";
import { examine, load, loadRules, paste, SHELL } from "../helpers/doctor.ts";
import { HELPERS, type Lab, openLab } from "../helpers/lab.ts";

const LIMITED = "limit rate 5/minute";

async function listen(lab: Lab, ...words: string[]): Promise<ReturnType<Lab["start"]>> {
  const listener = lab.start(process.execPath, [`${HELPERS}/nflog-listen.js`, ...words]);
  await listener.line("listening");
  return listener;
}

/** The kernel shows who listens only to the root of the namespace that the network belongs to, not of one inside it. */
async function seesGroups(lab: Lab): Promise<boolean> {
  return (await lab.run("cat", ["/proc/net/netfilter/nfnetlink_log"])).code === 0;
}

test("a machine without rules: nothing is wrong", async () => {
  await using lab = await openLab();
  const { code, stdout, stderr } = await lab.netlogctl("doctor");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/(^|\n)nothing is wrong( in what was looked at; 1 note)?\n$/);
  expect((await lab.netlogctl("doctor", "--netns", "nosuch")).code).toBe(2);
});

test("each cause is said once, the worst first, with the first places; more rules are counted", async () => {
  await using lab = await openLab();
  const ports = [1, 2, 3, 4, 5];
  await loadRules(lab, ...ports.map((port) => `udp dport ${port} log prefix "p${port}: "`));
  await load(lab, 'add chain inet lab lost\nadd rule inet lab lost log prefix "lost: " group 7');
  const { code, stdout } = await lab.netlogctl("doctor");
  expect(code).toBe(0);
  const said = stdout
    .split("\n")
    .flatMap((line) => /^(error|warning|note): .*\[([a-z-]+)\]$/.exec(line)?.slice(1) ?? []);
  expect(said.join(" ")).toMatch(/^warning rule-nowhere warning no-limit (note not-seen)?$/);
  expect(stdout).toContain(
    "in a chain reached from hook input; and 4 more rules [no-limit]\n  where: inet lab in rule 1,",
  );
  expect(stdout).toContain(" and 2 more\n");
  expect(stdout).toMatch(/^ {4}# and 2 more rules: netlogctl rules lint -f live$/m);
  expect(stdout).toMatch(/2 warnings(, 1 note)?\n$/);
  for (const [level, wanted] of [
    ["warning", 1],
    ["never", 0],
  ] as const)
    expect((await lab.netlogctl("doctor", "--fail-on", level)).code).toBe(wanted);
});

test("nothing that a rule's author wrote acts on a terminal or ends a word of the shell", async () => {
  await using lab = await openLab();
  await loadRules(lab, "accept");
  const prefix = "a\u001b[2J'; touch /run/hit; \" $(touch /run/hit)\n# ";
  const rule = { family: "inet", table: "lab", chain: "in", index: 0, expr: [{ log: { prefix, group: 7 } }] };
  await load(lab, JSON.stringify({ nftables: [{ insert: { rule } }] }));
  const { stdout } = await lab.netlogctl("doctor");
  expect(stdout).toContain("[prefix-unsayable]");
  expect(stdout).not.toMatch(/\p{Cc}(?<!\n)/u);
  const found = await examine(lab);
  await paste(lab, found.get("prefix-unsayable"));
  await paste(lab, found.get("no-limit"));
  expect((await lab.run("ls", ["/run/hit"])).code).not.toBe(0);
  expect((await examine(lab)).has("prefix-unsayable")).toBe(false);
});

describe("readers", () => {
  test("a group without reader is an error, a reader without rule a note; each is told from the other", async () => {
    await using lab = await openLab();
    await loadRules(lab, `${LIMITED} log prefix "a: " group 7`, `udp dport 9 ${LIMITED} log prefix "b: " group 7`);
    const before = await examine(lab);
    if (!(await seesGroups(lab))) {
      expect(before.get("not-seen")?.message).toContain("who reads which group (root only)");
      expect([...before.values()].filter(({ severity }) => severity !== "note")).toEqual([]);
      return;
    }
    expect(before.get("group-unread")).toMatchObject({
      severity: "error",
      message: '2 rules (prefix "a: ", "b: ") log to group 7, which nobody reads',
      where: ["inet lab in rule 1", "inet lab in rule 2"],
    });
    const other = await listen(lab, "8");
    const found = await examine(lab);
    expect(found.get("reader-idle")?.message).toMatch(/^no rule logs to group 8: node \(pid \d+\)$/);
    await paste(lab, found.get("reader-idle"));
    await other.ended;

    // A bound nfnetlink_log is what the reader of group 0 waits for.
    await listen(lab, "0");
    await listen(lab, "7");
    expect([...(await examine(lab)).keys()]).toEqual(["reader-idle"]);
    await lab.netlogctl("logger", "bind", "ip", "nfnetlink_log");
    expect([...(await examine(lab)).keys()]).toEqual([]);
  });

  test("for a look, netlogctl itself reads the group, which changes no binding", async () => {
    await using lab = await openLab();
    await loadRules(lab, `udp dport 9 ${LIMITED} log prefix "a: " group 7`);
    const found = (await examine(lab)).get("group-unread");
    if (found === undefined) {
      expect(await seesGroups(lab)).toBe(false);
      return;
    }
    const shell = lab.start("bash", ["-c", `${SHELL}echo pid $$\n${found.remedy}`]);
    await shell.line("reading NFLOG group 7");
    const during = await examine(lab);
    expect(during.has("group-unread")).toBe(false);
    expect(await lab.bound()).toMatchObject({ 2: "nf_log_ipv4" });
    const [, pid = ""] = / \(pid (\d+)\)/.exec((await lab.netlogctl("status")).stdout) ?? [];
    expect(await lab.run("kill", ["-INT", pid])).toMatchObject({ code: 0 });
    expect(await shell.ended).toBe(0);
    expect((await examine(lab)).has("group-unread")).toBe(true);
  });

  test("one that loses packets is named with the number, one with a small buffer before it does", async () => {
    await using lab = await openLab();
    await loadRules(lab, 'udp dport 9 counter log prefix "a: " group 7');
    if (!(await seesGroups(lab))) {
      expect([...(await examine(lab)).keys()].filter((code) => code.startsWith("reader"))).toEqual([]);
      return;
    }
    const script = `set -e
      mount -t tmpfs none /etc/sysctl.d
      mkdir /run/core
      echo 212992 | tee /run/core/rmem_default > /run/core/rmem_max
      mount --bind /run/core /proc/sys/net/core`;
    expect(await lab.run("bash", ["-c", script])).toMatchObject({ code: 0, stderr: "" });

    const deaf = await listen(lab, "7", "buffer=4096", "deaf");
    const small = (await examine(lab)).get("reader-buffer");
    expect(small).toMatchObject({
      message: expect.stringMatching(
        /^node \(pid \d+\), reader of group 7, may lose packets: 1 rule without a limit logs to it, and its buffer has 8192 bytes \(net.core.rmem_default 212992, rmem_max 212992\): room for 9 packets/,
      ),
      where: ["group 7", "inet lab in rule 1"],
    });
    await lab.run("bash", ["-c", "for i in {1..40}; do echo > /dev/udp/127.0.0.1/9; done"]);
    const full = (await examine(lab)).get("reader-full");
    const [, lost] = /has lost (\d+) messages, and \d+ bytes wait to be read/.exec(full?.message ?? "") ?? [];
    expect(full?.severity).toBe("error");
    expect(Number(lost)).toBeGreaterThan(20);
    expect(Number(lost)).toBeLessThan(40);

    await paste(lab, full);
    await deaf.ended;
    expect(await lab.text("/proc/sys/net/core/rmem_default")).toBe("8388608\n");
    expect(await lab.text("/etc/sysctl.d/60-netlogctl-rmem.conf")).toBe(
      "net.core.rmem_max=8388608\nnet.core.rmem_default=8388608\n",
    );
    // The kernel's own sysctl is as it was: the reader has to ask for as much.
    await listen(lab, "7", "buffer=8388608");
    expect([...(await examine(lab)).keys()]).toEqual(["no-limit"]);
  });

  test("of a named namespace, whose name is in each command", async () => {
    await using lab = await openLab();
    await lab.run("ip", ["netns", "add", "blue"]);
    const table = "add table ip t { chain c { type filter hook input priority 0; log group 7; }; }";
    await lab.run("ip", ["netns", "exec", "blue", "nft", table]);
    const found = await examine(lab, "--netns", "blue");
    expect(found.get("prefix-missing")?.remedy).toBe("# the lines for no-limit mend ip t c rule 1 (handle 2), too");
    expect(found.get("no-limit")?.remedy).toContain(
      "\nip netns exec blue nft replace rule ip t c handle 2 'limit rate 5/minute burst 5 packets log prefix \"c-2: \" group 7'",
    );
    await paste(lab, found.get("no-limit"));
    const codes = [...(await examine(lab, "--netns", "blue")).keys()];
    expect(codes).toEqual(["group-unread"]);
    expect((await examine(lab)).has("group-unread")).toBe(false);

    const listener = lab.start("ip", ["netns", "exec", "blue", process.execPath, `${HELPERS}/nflog-listen.js`, "7"]);
    await listener.line("listening");
    expect([...(await examine(lab, "--netns", "blue")).keys()]).toEqual([]);
    await lab.run("ip", ["netns", "exec", "blue", "nft", "delete table ip t"]);
    await paste(lab, (await examine(lab, "--netns", "blue")).get("reader-idle"));
    await listener.ended;
    expect([...(await examine(lab, "--netns", "blue")).keys()]).toEqual([]);
  });
});

describe("the kernel's own messages", () => {
  test("what status finds is found, with its command alone as remedy", async () => {
    await using lab = await openLab();
    await lab.run("tee", ["/proc/sys/net/netfilter/nf_log/2"], "NONE");
    expect((await examine(lab)).get("no-logger")).toMatchObject({ severity: "note" });
    await lab.run("tee", ["/proc/sys/net/netfilter/nf_conntrack_log_invalid"], "255");
    const lost = (await examine(lab)).get("invalid-lost");
    expect(lost).toMatchObject({ severity: "error", where: ["ip"] });
    await paste(lab, lost);
    expect([...(await examine(lab)).values()].filter(({ severity }) => severity !== "note")).toEqual([]);

    await lab.run("tee", ["/proc/sys/net/netfilter/nf_log/2"], "NONE");
    const drift = (await examine(lab)).get("binding-differs");
    await paste(lab, drift);
    expect((await examine(lab)).has("binding-differs")).toBe(false);
  });
});
