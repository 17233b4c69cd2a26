import { beforeAll, describe, expect, test } from "vitest";
import { answerOf, BOOT_TIMEOUT_MS, bootTwice, boundRows, type StepResult } from "./vm.ts";

describe("rules that are kept for later boots", () => {
  const firstSteps = {
    intent: `rm -rf /var/lib/netlogctl /etc/netlogctl # what the machine below has: it stays there
cat > /root/netlog.yaml <<'END'
version: 1
default-log: { ip: user group 0, arp: none }
sets: { trusted: { type: ip, elements: [192.0.2.0/24] } }
rules:
  - { name: ssh, hook: input, match: { ip: { saddr: "!@trusted" }, tcp: { dport: 22 } }, log: { prefix: "ssh " }, limit: 5/minute }
END`,
    apply: "netlogctl rules apply -f /root/netlog.yaml --yes --persist --json",
    install: "netlogctl service install",
    rules: "nft -s list ruleset",
    table: "cat $table",
  };
  const secondSteps = {
    booted: "systemctl is-system-running --wait",
    unit: "systemctl show netlogctl-restore.service -p Result -p ExecMainStatus",
    rules: "nft -s list ruleset",
    table: "cat $table",
    defaultLog: "netlogctl default log --json",
    diff: "netlogctl rules diff /root/netlog.yaml live --exit-code",
  };
  let first: Record<keyof typeof firstSteps, StepResult>;
  let second: Record<keyof typeof secondSteps, StepResult>;

  beforeAll(async () => {
    [first, second] = await bootTwice(firstSteps, secondSteps);
  }, 2 * BOOT_TIMEOUT_MS);

  test("are there after a cold boot, with bindings and default log", () => {
    expect(answerOf<{ applied: boolean }>(first.apply).applied).toBe(true);
    expect(first.install).toMatchObject({ code: 0 });
    expect(second.unit.stdout).toBe("Result=success\nExecMainStatus=0\n");
    expect(first.rules.stdout).toContain("ssh ");
    expect(second.rules.stdout).toBe(first.rules.stdout);
    expect(second.diff).toMatchObject({ code: 0, stdout: "" });
    expect(boundRows(second.table.stdout)).toEqual(boundRows(first.table.stdout));
    const { families } = answerOf<{ families: { family: string; intent: unknown; bound: string | null }[] }>(
      second.defaultLog,
    );
    expect(families).toContainEqual(
      expect.objectContaining({ family: "ip", intent: { to: "user", group: 0 }, bound: "nfnetlink_log" }),
    );
    expect(families).toContainEqual(expect.objectContaining({ family: "arp", intent: { to: "none" }, bound: null }));
  });
});
