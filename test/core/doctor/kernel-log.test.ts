import { describe, expect, test } from "vitest";
import type { Keepers } from "../../../src/core/doctor/facts.ts";
import { codes, diagnosed, KEEPERS, LIMIT, log, only, QUIET, READERS } from "../../helpers/facts.ts";

describe("behind the kernel log", () => {
  const readers = { ...READERS, groups: [] };
  const rules = [log({})];

  test("a console of a lower level, a journal on disk, a large ring buffer: nothing is wrong", () => {
    expect(codes({ readers, rules })).toEqual([]);
    const keepers: Keepers = { ...KEEPERS, printk: [], journald: undefined, ringBufferBytes: undefined };
    expect(codes({ readers, rules, keepers })).toEqual([]);
  });

  const CALMER = (handle: number): string[] => [
    `# ip t c rule ${handle + 1} (handle ${handle}): emerg is printed at any console level, so give it another level, such as warn`,
    `nft replace rule ip t c handle ${handle} 'limit rate 5/minute burst 5 packets log prefix "a: " level warn'`,
  ];
  const sysctl = (level: number): string[] => [
    `sysctl -w kernel.printk="${level} 4 1 7"`,
    `printf '%s\\n' 'kernel.printk = ${level} 4 1 7' > /etc/sysctl.d/60-netlogctl-console.conf`,
  ];
  const hides = (level: string): string =>
    `# the kernel's own messages of level ${level} are not printed then, either; to keep them give the rules level warn instead:`;

  test.each<[string[], number, string[]]>([
    // What is emerg is printed at any level of the console: the rule is what mends it.
    [["emerg"], 4, CALMER(0)],
    [["emerg", "warn"], 4, CALMER(0)],
    [["warn", "emerg"], 7, [...CALMER(1), ...sysctl(4)]],
    [["emerg"], 7, [...CALMER(0), ...sysctl(4)]],
    [["info", "notice"], 7, sysctl(5)],
    [["err"], 4, [hides("err"), ...sysctl(3)]],
    [["alert", "emerg"], 4, [...CALMER(1), hides("alert"), ...sysctl(1)]],
  ])("rules of level %j are printed to a console of level %d", (levels, level, remedy) => {
    const keepers = { ...KEEPERS, printk: [level, 4, 1, 7] };
    const found = only({ readers, rules: levels.map((one) => log({ level: one })), keepers });
    expect(found).toMatchObject({ code: "console-prints", message: expect.stringContaining("to the console (ttyS0)") });
    expect(found?.remedy.split("\n")).toEqual(remedy);
  });

  test.each<[string[], Record<string, string>, Partial<Keepers>]>([
    [["journal-drops"], { storage: "none" }, {}],
    [["journal-drops"], { maxlevelstore: "3" }, {}],
    [[], { maxlevelstore: "warning" }, {}],
    [["journal-drops"], { readkmsg: "no" }, {}],
    [["journal-volatile"], {}, { hasJournalDirectory: false }],
    [["journal-volatile"], { storage: "volatile" }, {}],
    [[], { storage: "volatile" }, { rsyslog: [] }],
    [[], { storage: "persistent" }, { hasJournalDirectory: false }],
  ])("%j with journald's %j and %j", (wanted, settings, more) => {
    const keepers = { ...KEEPERS, journald: new Map(Object.entries(settings)), ...more };
    expect(codes({ readers, rules, keepers })).toEqual(wanted);
  });

  test("a rule of level emerg is mended once, and one whose log is not sure by hand", () => {
    const rules = [[{ log: { prefix: "a: ", level: "emerg" } }]];
    const [limit, printed] = diagnosed({ readers, rules });
    expect(limit?.remedy).toMatch(/'limit rate 5\/minute burst 5 packets log prefix "a: " level warn'$/);
    expect(printed?.remedy).toBe("# the lines for no-limit mend ip t c rule 1 (handle 0), too");
    const two = [[LIMIT, { log: { prefix: "a: ", level: "emerg" } }, { log: { prefix: "a: ", group: 7 } }]];
    expect(diagnosed({ rules: two }).find(({ code }) => code === "console-prints")?.remedy).toMatch(
      /^# ip t c rule 1 \(handle 0\): emerg is .*\nnft -a list chain ip t c$/,
    );
  });

  test("records of audit that nobody reads are lost or rate limited", () => {
    const audit = [[LIMIT, { log: { level: "audit" } }]];
    expect(codes({ readers, rules: audit })).toEqual([]);
    expect(codes({ readers, rules: audit, hasAuditReader: undefined })).toEqual([]);
    expect(only({ readers, rules: audit, hasAuditReader: false })).toMatchObject({
      code: "audit-unread",
      message: expect.stringContaining("at most 10 in 5 s (kernel.printk_ratelimit)"),
    });
  });

  test.each<[Partial<Keepers>, string, string]>([
    [{ printk: [7, 4, 1, 7], consoles: [] }, "console-prints", 'sysctl -w kernel.printk="4 4 1 7"'],
    [{ isDmesgRestricted: true }, "dmesg-restricted", "sysctl -w kernel.dmesg_restrict=0"],
    ...(["set", "unset", "legacy"] as const).map((spelling): [Partial<Keepers>, string, string] => [
      { rsyslog: [{ module: "imjournal", path: "/etc/it's", seconds: 5, burst: 6, spelling }] },
      "rsyslog-limits",
      "'/etc/it'\\''s' && systemctl restart rsyslog",
    ]),
  ])("%j is %s", (more, code, line) => {
    const found = only({ readers, rules, keepers: { ...KEEPERS, ...more } });
    expect(found?.code).toBe(code);
    expect(found?.remedy).toContain(line);
  });

  test("an input of rsyslog that limits nothing, lines that go elsewhere: nothing to say", () => {
    const input = { module: "imklog", path: "/etc/rsyslog.conf", seconds: 0, burst: 6, spelling: "unset" } as const;
    expect(codes({ readers, rules, keepers: { ...KEEPERS, rsyslog: [input] } })).toEqual([]);
    const keepers: Keepers = { ...KEEPERS, printk: [7, 4, 1, 7], isDmesgRestricted: true, journald: undefined };
    expect(codes({ rules: QUIET, keepers })).toEqual([]);
  });

  test.each([1, 2])("a small ring buffer matters to rules without a limit: %i", (count) => {
    const keepers = { ...KEEPERS, ringBufferBytes: 262_144 };
    const unlimited = Array.from({ length: count }, (_, at) => [{ log: { prefix: `${at}: ` } }]);
    const found = diagnosed({ readers, rules: [...rules, ...unlimited], keepers });
    expect(found.map(({ code }) => code)).toEqual(["no-limit", "ring-buffer"]);
    const many = count === 1 ? "1 rule without a limit writes" : "2 rules without a limit write";
    expect(found[1]?.message).toBe(`the kernel's ring buffer has 256 KiB, about 1048 lines, and ${many} to it`);
  });
});
