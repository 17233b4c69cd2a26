import { expect, test } from "vitest";
import { examine, loadRules, paste } from "../helpers/doctor.ts";
import { type Lab, openLab } from "../helpers/lab.ts";

const LIMITED = "limit rate 5/minute";

/** Puts a file with this text over one of the kernel's: what is one for the whole machine is not touched. */
async function pretend(lab: Lab, path: string, text: string): Promise<void> {
  const file = `/run/pretended${path.replaceAll("/", "-")}`;
  await lab.run("tee", [file], text);
  expect(await lab.run("mount", ["--bind", file, path])).toMatchObject({ code: 0, stderr: "" });
}

/** Makes the lab a namespace whose lines reach the kernel log, on a machine that loses them in every way. */
async function pretendMachine(lab: Lab): Promise<void> {
  const script = `set -e
    for place in /etc/sysctl.d /etc/systemd; do mount -t tmpfs none $place; done
    mkdir -p /run/netfilter /run/systemd/journal /etc/systemd/journald.conf.d /etc/default
    echo 0 > /run/netfilter/nf_log_all_netns
    mount --bind /run/netfilter /proc/sys/net/netfilter
    printf '[Journal]\\nMaxLevelStore=err\\n' > /etc/systemd/journald.conf
    printf '[Journal]\\nStorage=volatile\\nReadKMsg=no\\n[Other]\\nStorage=none\\n' > /etc/systemd/journald.conf.d/50-some.conf`;
  expect(await lab.run("bash", ["-c", script])).toMatchObject({ code: 0, stderr: "" });
  await pretend(lab, "/proc/sys/kernel/printk", "7\t4\t1\t7\n");
  await pretend(lab, "/proc/sys/kernel/dmesg_restrict", "1\n");
  await pretend(lab, "/proc/cmdline", "quiet log_buf_len=128K\n");
}

test("a kernel log that is closed to a namespace is opened where the switch is", async () => {
  await using lab = await openLab();
  await pretendMachine(lab);
  await lab.run("ip", ["netns", "add", "blue"]);
  const table = `add table ip t { chain c { type filter hook input priority 0; ${LIMITED} log prefix "a: "; }; }`;
  await lab.run("ip", ["netns", "exec", "blue", "nft", table]);
  const closed = await examine(lab, "--netns", "blue");
  expect([...closed.keys()]).toEqual(["kernel-log-closed"]);
  expect(await paste(lab, closed.get("kernel-log-closed"))).toBe("nf_log_all_netns: 0 -> 1\n");
  const codes = [...(await examine(lab, "--netns", "blue")).keys()];
  expect(codes).not.toContain("kernel-log-closed");
  expect(codes).toContain("console-prints");
});

test("what loses lines of the kernel log behind the rule is found, and each remedy mends it", async () => {
  await using lab = await openLab();
  await pretendMachine(lab);
  expect((await lab.netlogctl("doctor")).stdout).toMatch(/(^|\n)nothing is wrong( in what was looked at; 1 note)?\n$/);
  await loadRules(
    lab,
    `udp dport 9 ${LIMITED} log prefix "a: " level info`,
    `udp dport 10 ${LIMITED} log prefix "b: "`,
    'udp dport 11 log prefix "c: " level debug',
    `udp dport 12 ${LIMITED} log level audit`,
  );
  const found = await examine(lab);
  found.delete("not-seen");
  expect([...found.keys()].filter((code) => code !== "audit-unread")).toEqual([
    ...["no-limit", "console-prints", "journal-drops"],
    ...["ring-buffer", "dmesg-restricted"],
  ]);
  expect(found.get("console-prints")?.message).toMatch(
    /^the console level is 7: lines of 2 rules \(prefix "a: ", "b: "; level warn\) are printed to the console/,
  );
  expect(found.get("journal-drops")?.message).toBe(
    "journald keeps no lines of 3 rules: ReadKMsg=no, so it does not read the kernel's; MaxLevelStore=err, and lines have level debug",
  );
  expect(found.get("ring-buffer")?.message).toContain(
    "has 128 KiB, about 524 lines, and 1 rule without a limit writes",
  );

  for (const code of ["console-prints", "journal-drops", "dmesg-restricted"]) await paste(lab, found.get(code));
  expect(await lab.text("/proc/sys/kernel/printk")).toBe("4 4 1 7\n");
  expect(await lab.text("/etc/sysctl.d/60-netlogctl-console.conf")).toBe("kernel.printk = 4 4 1 7\n");
  const kept = await examine(lab);
  expect([...kept.keys()].filter((code) => /console|dmesg|journal/.test(code))).toEqual(["journal-volatile"]);
  await paste(lab, kept.get("journal-volatile"));
  expect((await examine(lab)).has("journal-volatile")).toBe(false);
});

test("a rule of level emerg is given another level, and the console is left as it is", async () => {
  await using lab = await openLab();
  await pretendMachine(lab);
  await pretend(lab, "/proc/sys/kernel/printk", "4\t4\t1\t7\n");
  await loadRules(
    lab,
    `udp dport 9 ${LIMITED} log prefix "a: " level emerg`,
    `udp dport 10 ${LIMITED} log prefix "b: "`,
  );
  const found = (await examine(lab)).get("console-prints");
  expect(found?.where).toEqual(["inet lab in rule 1"]);
  await paste(lab, found);
  expect((await examine(lab)).has("console-prints")).toBe(false);
  expect(await lab.text("/proc/sys/kernel/printk")).toBe("4\t4\t1\t7\n");
});

test.each([
  ['module(load="imuxsock")\nmodule(load="imjournal" StateFile="x")\n', "imjournal takes 20000 messages in 600 s"],
  ['module(load="imjournal"\n  Ratelimit.Interval="5" Ratelimit.Burst="7")\n', "imjournal takes 7 messages in 5 s"],
  ["$ModLoad imjournal\n$imjournalRatelimitInterval 60\n", "imjournal takes 20000 messages in 60 s"],
  ['#module(load="imjournal")\nmodule(load="imklog" ratelimitInterval="5")\n', "imklog takes 10000 messages in 5 s"],
])("rsyslog with %j", async (text, says) => {
  await using lab = await openLab();
  await pretendMachine(lab);
  await loadRules(lab, `udp dport 9 ${LIMITED} log prefix "a: "`);
  await lab.run("tee", ["/etc/rsyslog.conf"], text);
  const found = (await examine(lab)).get("rsyslog-limits");
  expect(found).toMatchObject({ message: expect.stringContaining(says), where: ["/etc/rsyslog.conf"] });
  expect(await paste(lab, found)).toBe("systemctl restart rsyslog\n");
  expect((await examine(lab)).has("rsyslog-limits")).toBe(false);
});
