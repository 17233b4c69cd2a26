import { beforeAll, describe, expect, test } from "vitest";
import { moduleOf, RELEASE } from "./kernel.ts";
import { answerOf, BOOT_TIMEOUT_MS, bootTwice, boundRows, type StepResult } from "./vm.ts";

const INTENT = `version: 1
default-log: { ip: user group 0, ip6: kernel, arp: none }
all-netns: true
rules:
  - { name: ssh, hook: input, match: { tcp: { dport: 22 }, ct: { state: new } }, log: { prefix: "ssh " }, limit: 5/minute }
  - { name: grouped, hook: output, match: { udp: { dport: 9 } }, log: { prefix: "grouped ", group: 3 } }
`;
const STATE = {
  table: "cat $table",
  rules: "nft -s list ruleset",
  allNetns: "cat /proc/sys/net/netfilter/nf_log_all_netns",
  modules: "grep -o -E '^(nf_log_|nfnetlink_log)[^ ]*' /proc/modules | sort",
};

describe(`what is persisted, after a cold boot under systemd on ${RELEASE}`, () => {
  const firstSteps = {
    apply: `rm -rf /var/lib/netlogctl /etc/netlogctl # what the machine below has: it stays there
      cat > /root/netlog.yaml <<'END'\n${INTENT}END
      netlogctl rules apply -f /root/netlog.yaml --yes --persist --json`,
    // The kernel binds arp's row again when it loads this at boot: it has to become NONE over that.
    load: `netlogctl module load ${moduleOf("nf_log_arp")} --persist --json`,
    none: "netlogctl default log arp none --json",
    install: "netlogctl service install",
    ...STATE,
  };
  const secondSteps = {
    booted: "systemctl is-system-running --wait; systemctl --failed --plain --no-legend",
    unit: "systemctl show netlogctl-restore.service -p Result -p ExecMainStatus",
    ...STATE,
    status: "netlogctl status --json",
    diff: "netlogctl rules diff /root/netlog.yaml live --exit-code",
  };
  let first: Record<keyof typeof firstSteps, StepResult>;
  let second: Record<keyof typeof secondSteps, StepResult>;

  beforeAll(async () => {
    [first, second] = await bootTwice(firstSteps, secondSteps);
  }, 2 * BOOT_TIMEOUT_MS);

  test("the first boot persists it and enables the unit", () => {
    for (const step of [first.apply, first.load]) expect(answerOf(step)).toMatchObject({ applied: true });
    expect(first.none.code).toBe(0);
    expect(first.install).toMatchObject({ code: 0 });
  });

  test("the unit has done its work", () => {
    expect(second.booted.stdout).toMatch(/^(running|degraded)\n/);
    expect(second.booted.stdout).not.toContain("netlogctl");
    expect(second.unit.stdout).toBe("Result=success\nExecMainStatus=0\n");
  });

  test("bindings are as they were, the one that is NONE too", () => {
    const bound = boundRows(first.table.stdout);
    expect(bound).toMatchObject({ 2: "nfnetlink_log", 10: "nf_log_ipv6" });
    expect(bound).not.toHaveProperty("3");
    expect(second.table.stdout).toMatch(/^ 3 NONE \(nf_log_arp,nfnetlink_log\)$/m);
    for (const row of [2, 3, 10]) expect(boundRows(second.table.stdout)[row], String(row)).toBe(bound[row]);
  });

  test("rules are as they were", () => {
    expect(first.rules.stdout).toContain('log prefix "ssh "');
    expect(second.rules.stdout).toBe(first.rules.stdout);
    expect(second.diff).toMatchObject({ code: 0, stdout: "" });
  });

  test("modules are as they were", () => {
    expect(first.modules.stdout.split("\n")).toEqual(expect.arrayContaining([moduleOf("nf_log_arp"), "nfnetlink_log"]));
    expect(second.modules.stdout).toBe(first.modules.stdout);
  });

  test("other namespaces may write to the kernel log, as before", () => {
    expect(first.allNetns.stdout).toBe("1\n");
    expect(second.allNetns.stdout).toBe("1\n");
  });

  test("status finds nothing that differs from what was meant", () => {
    const { problems } = answerOf<{ problems: { code: string }[] }>(second.status);
    expect(problems.map(({ code }) => code)).not.toContain("binding-differs");
  });
});
