import { describe, expect, test } from "vitest";
import type { Surroundings } from "../../../src/core/explain/effective.ts";
import { type Problem, problemsOf } from "../../../src/core/explain/problems.ts";
import { Fault } from "../../../src/core/model/fault.ts";
import type { Machine } from "../../../src/core/model/machine.ts";
import {
  bindings,
  codes,
  diagnosed,
  GROUP,
  INITIAL,
  KEEPERS,
  log,
  MACHINE,
  NO_FILE,
  only,
  QUIET,
  READERS,
  SOCKET,
} from "../../helpers/facts.ts";

test("a reader, a rule for it, room for both: nothing is wrong", () => {
  expect(diagnosed({ rules: QUIET, keepers: { ...KEEPERS, journald: undefined } })).toEqual([]);
});

describe("where lines go", () => {
  const CLOSED: Surroundings = { ...INITIAL, isInitial: false };

  test("a kernel log that is closed is said of the rules, not of the bindings again", () => {
    const problems = problemsOf(MACHINE, CLOSED, "blue");
    const given = { netns: "blue", surroundings: CLOSED, problems };
    expect(only({ ...given, readers: { ...READERS, groups: [] } })).toMatchObject({
      code: "kernel-log-silent",
      severity: "note",
      remedy: expect.stringMatching(
        /^# or in the initial namespace: .*\nnetlogctl default log inet user group 0 --netns blue$/,
      ),
    });
    expect(only({ ...given, rules: [log({})], readers: { ...READERS, groups: [] } })).toMatchObject({
      code: "kernel-log-closed",
      message: '1 rule (prefix "a: ") for the kernel log: nf_log_all_netns is 0',
      remedy: expect.stringMatching(/\nnsenter --net=\/proc\/1\/ns\/net netlogctl netns allow$/),
    });
  });

  test("a logger that no module brings stands over a group that nobody reads", () => {
    const machine = { ...MACHINE, bindings: bindings("nf_log_ipv4", ["nf_log_ipv4"]) };
    const given = { machine, surroundings: { ...INITIAL, groups: [] }, readers: { ...READERS, groups: [] } };
    expect(only({ ...given, rules: QUIET })).toMatchObject({
      code: "logger-missing",
      message: '1 rule (prefix "a: ") needs nfnetlink_log, which is not loaded',
      remedy: "netlogctl module load nfnetlink_log --persist",
    });
  });

  test("a group that nobody reads is looked at without a change of bindings", () => {
    const given = { surroundings: { ...INITIAL, groups: [] }, readers: { ...READERS, groups: [] } };
    expect(only({ ...given, rules: QUIET, netns: "a b" })?.remedy).toBe(
      "# for good: start what is to read it, such as ulogd with group=7; for a look:\nnetlogctl packets stream -g 7 --netns 'a b' --timeout 10s",
    );
    expect(only({ ...given, rules: [...QUIET, ...QUIET, ...QUIET], netns: "/run/x" })).toMatchObject({
      message: '3 rules (prefix "a: ") log to group 7, which nobody reads',
      remedy: expect.stringMatching(/\nnetlogctl packets stream -g 7 --netns \/run\/x --timeout 10s$/),
    });
  });

  test("a rule that no packet gets to is said once: by the linter where it sees it, else as a chain without a hook", () => {
    const dead = [[{ accept: null }], log({ group: 9, prefix: "b: " })];
    expect(codes({ rules: [...QUIET, ...dead], keepers: { ...KEEPERS, journald: undefined } })).toEqual([
      "log-after-verdict",
    ]);
    const keepers = { ...KEEPERS, journald: undefined };
    const rules = [...QUIET, ...["p", "q", "r", "s"].map((prefix) => log({ group: 9, prefix }))];
    const found = only({ rules, keepers, lostFrom: 1 });
    expect(found).toMatchObject({
      code: "rule-nowhere",
      message:
        '4 rules (prefix "p", "q", "r" and 1 more): no packet gets to its chain: it has no hook, and none with one jumps to it',
      remedy: expect.stringContaining("nft -a list chain ip t lost"),
    });
  });

  test("the kernel's level byte: a snaplen of 8 beyond a multiple of 256, where nfnetlink_log is a module", () => {
    const rules = [log({ group: 7, snaplen: 264 })];
    const readers = { ...READERS, groups: [{ ...GROUP, copyRangeBytes: 65_531 }] };
    expect(only({ rules, readers, keepers: { ...KEEPERS, journald: undefined } })).toMatchObject({
      code: "snaplen-unpinned",
      remedy:
        "# ip t c rule 1 (handle 0): take a snaplen that is one more\nnft replace rule ip t c handle 0 'limit rate 5/minute burst 5 packets log prefix \"a: \" group 7 snaplen 265'",
    });
    const machine: Machine = { ...MACHINE, modules: [{ name: "nfnetlink_log", state: "built in", evidence: "" }] };
    expect(codes({ rules, readers, machine })).not.toContain("snaplen-unpinned");
  });

  test("group 0 is of note only while nfnetlink_log is bound", () => {
    const group = { ...GROUP, group: 0 };
    const given = { rules: [log({ group: 0 })], surroundings: { ...INITIAL, groups: [group] } };
    const readers = { ...READERS, groups: [group] };
    const keepers = { ...KEEPERS, journald: undefined };
    expect(codes({ ...given, readers, keepers })).toEqual([]);
    const machine = { ...MACHINE, bindings: bindings("nfnetlink_log") };
    expect(codes({ ...given, readers, keepers, machine })).toEqual(["group-0"]);
  });
});

describe("readers", () => {
  const keepers = { ...KEEPERS, journald: undefined };
  const given = { rules: QUIET, keepers };

  test.each<[string, Partial<typeof SOCKET>, number | undefined]>([
    ["reader-lost", { drops: 3 }, 212_992],
    ["reader-lost", { drops: 3, waitingBytes: 300_000 }, undefined],
    ["reader-full", { drops: 3, waitingBytes: 200_000 }, 212_992],
  ])("%s with %j and a buffer of %j", (code, socket, bytes) => {
    const bufferBytes = new Map(bytes === undefined ? [] : [[812, bytes]]);
    const found = only({ ...given, readers: { ...READERS, sockets: [{ ...SOCKET, ...socket }], bufferBytes } });
    expect(found).toMatchObject({ code, where: ["group 7"] });
    expect(found?.message).toContain("ulogd (pid 812, ulogd2.service), reader of group 7, has lost 3 messages");
    expect(found?.remedy.split("\n")).toEqual([
      "# in ulogd.conf, in the section of the group: netlink_socket_buffer_size=8388608, netlink_socket_buffer_maxsize=8388608, netlink_qthreshold=100",
      "sysctl -w net.core.rmem_max=8388608 net.core.rmem_default=8388608",
      "printf '%s\\n' 'net.core.rmem_max=8388608' 'net.core.rmem_default=8388608' > /etc/sysctl.d/60-netlogctl-rmem.conf",
      "systemctl restart ulogd2.service",
    ]);
  });

  test("a small buffer matters to rules without a limit only; all that rmem_max allows is said to be so", () => {
    const readers = { ...READERS, bufferBytes: new Map([[812, 425_984]]), rmemMax: 212_992 };
    expect(codes({ ...given, readers })).toEqual([]);
    const found = diagnosed({ ...given, rules: [[{ log: { prefix: "a: ", group: 7 } }]], readers });
    expect(found.map(({ code }) => code)).toEqual(["reader-buffer", "no-limit"]);
    expect(found[0]?.message).toContain(": all that rmem_max allows, room for 512 packets that come one by one");
  });

  test("limits that are high enough already are left, and nobody to restart is said", () => {
    const sockets = [{ ...SOCKET, drops: 1 }];
    const groups = [{ ...GROUP, listeners: [] }];
    const rmem = { rmemDefault: 16_777_216, rmemMax: 16_777_216 };
    const found = only({ ...given, readers: { ...READERS, ...rmem, groups, sockets } });
    expect(found?.remedy).toBe("# restart the reader: it cannot be seen from here");
    expect(found?.message).toContain("the process with port id 812, reader of group 7, has lost 1 message;");
  });

  test("one that takes less of a packet than a rule asks for", () => {
    const rules = [log({ group: 7, snaplen: 128 })];
    expect(only({ ...given, rules })).toMatchObject({
      code: "reader-copies-less",
      message: "1 rule with snaplen up to 128: ulogd (pid 812, ulogd2.service) takes at most 96 bytes",
      remedy: expect.stringMatching(/^# have it copy 128 bytes.*\nps -o args= -p 812$/),
    });
    const groups = [{ ...GROUP, copyMode: "meta" as const }];
    expect(only({ ...given, rules, readers: { ...READERS, groups } })?.message).toContain("takes nothing of a packet");
  });

  test("one to whom nothing comes is of note, unless iptables may log to it", () => {
    expect(only({ keepers })).toMatchObject({
      code: "reader-idle",
      remedy: expect.stringMatching(/\nsystemctl stop ulogd2.service$/),
    });
    expect(codes({ keepers, rules: [[{ xt: { type: "target", name: "NFLOG" } }]] })).toEqual([]);
  });

  test("what a unit prints to the journal is limited, unless journald or the unit says otherwise", () => {
    const found = only({ rules: QUIET });
    expect(found).toMatchObject({
      code: "journal-limits-reader",
      message: "what ulogd2.service prints to the journal is limited to 10000 lines in 30 s",
    });
    expect(found?.remedy).toContain(
      "printf '%s\\n' '[Service]' LogRateLimitIntervalSec=0 > /etc/systemd/system/ulogd2.service.d/",
    );
    const unitIntervals = new Map([["ulogd2.service", "0"]]);
    expect(codes({ rules: QUIET, readers: { ...READERS, unitIntervals } })).toEqual([]);
    const journald = new Map([["ratelimitburst", "0"]]);
    expect(codes({ rules: QUIET, keepers: { ...KEEPERS, journald } })).toEqual([]);
  });
});

describe("what status says", () => {
  const problem = (code: Problem["code"], remedy: string, more: Partial<Problem> = {}): Problem => ({
    ...{ severity: "warning", code, families: ["ip"], message: "m" },
    remedy,
    ...more,
  });
  const readers = { ...READERS, groups: [] };
  const broken = { ...NO_FILE, path: "/run/a b", fault: new Fault("bad-input", "m", "mend it") };
  const machine = { ...MACHINE, run: broken };

  test.each<[Problem, string]>([
    [problem("binding-differs", "netlogctl restore"), "netlogctl restore"],
    [
      problem("nobody-reads", "start a reader, or: netlogctl x", {
        command: "netlogctl x",
        note: "or start a reader",
      }),
      "# or start a reader:\nnetlogctl x",
    ],
    [problem("rules-differ", "netlogctl x puts back", { command: "netlogctl x --yes" }), "netlogctl x --yes"],
    [
      problem("nobody-reads", "start a reader"),
      "# for good: start a reader; for a look:\nnetlogctl packets stream -g 0 --timeout 10s",
    ],
    [problem("rules-unreadable", "remove\nit"), "# remove it\nnetlogctl rules history"],
    [problem("intent-unreadable", "mend it"), `# mend it\n"\${EDITOR:-vi}" '/run/a b'`],
  ])("%j", (one, remedy) => {
    expect(only({ readers, machine, problems: [one] })?.remedy).toBe(remedy);
  });

  test("two of a kind with one remedy are one", () => {
    const one = problem("binding-differs", "netlogctl restore");
    const other: Problem = { ...one, message: "n", families: ["ip6"] };
    expect(only({ readers, problems: [one, other] })).toMatchObject({ message: "m; n", where: ["ip", "ip6"] });
  });
});

test("what was not seen is said once, and of a recorded machine where to look", () => {
  const readers = { ...READERS, groups: [] };
  const unseen = ["a", "b"];
  expect(only({ readers, unseen, netns: "blue" })).toMatchObject({
    ...{ code: "not-seen", severity: "note", message: "not looked at: a; b" },
    remedy: expect.stringMatching(/\nsudo netlogctl doctor --netns blue$/),
  });
  expect(only({ readers, unseen, isRecorded: true })?.remedy).toBe("# on the machine itself:\nnetlogctl doctor");
});
