import { beforeAll, describe, expect, test } from "vitest";
import { answerOf, BOOT_TIMEOUT_MS, bootTwice, boundRows, type StepResult } from "./vm.ts";

const UNIT = "netlogctl-restore.service";

describe("a machine that boots again", () => {
  const firstSteps = {
    persistUser: "netlogctl default log ip6 user group 0 --persist",
    persistNone: "netlogctl default log arp none --persist",
    persistModule: "netlogctl module load nf_log_syslog --persist",
    install: "netlogctl service install",
    verify: `systemd-analyze verify ${UNIT}`,
    security: `systemd-analyze security --offline=true /etc/systemd/system/${UNIT}`,
  };
  // The boot's job queue is waited for: the unit is ordered before the network, not before multi-user.target.
  const secondSteps = {
    booted: "systemctl is-system-running --wait; systemctl --failed --plain --no-legend",
    table: "cat $table",
    unit: `systemctl show ${UNIT} -p ActiveState -p SubState -p Result -p ExecMainStatus`,
    log: `journalctl --boot --unit ${UNIT} --output cat`,
    status: "netlogctl status --json",
    ofThisBoot: "find /run/netlogctl -name 'default-log.nft' -o -name 'journal*'",
  };
  let first: Record<keyof typeof firstSteps, StepResult>;
  let second: Record<keyof typeof secondSteps, StepResult>;

  beforeAll(async () => {
    [first, second] = await bootTwice(firstSteps, secondSteps);
  }, 2 * BOOT_TIMEOUT_MS);

  test("the first boot persists the default log and enables the unit", () => {
    const { persistUser, persistNone, persistModule, install } = first;
    for (const { code } of [persistUser, persistNone, persistModule, install]) expect(code).toBe(0);
  });

  test("systemd finds nothing wrong with the unit", () => {
    expect(first.verify).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("the unit is as good as closed to attacks", () => {
    const level = /^→ Overall exposure level for .*: (\d+\.\d+) /m.exec(first.security.stdout)?.[1];
    expect(Number(level)).toBeLessThan(3);
  });

  test("the second boot restores the bindings, over those that loading nf_log_syslog made before", () => {
    expect(boundRows(second.table.stdout)).toEqual({
      2: "nf_log_ipv4",
      5: "nf_log_netdev",
      7: "nf_log_bridge",
      10: "nfnetlink_log",
    });
  });

  test("the unit has done its work", () => {
    expect(second.booted.stdout).toMatch(/^(running|degraded)\n/);
    expect(second.booted.stdout).not.toContain(UNIT);
    expect(second.unit.stdout.split("\n")).toEqual(
      expect.arrayContaining(["ActiveState=active", "SubState=exited", "Result=success", "ExecMainStatus=0"]),
    );
    expect(second.log.stdout).toContain("arp: nf_log_arp -> NONE");
    expect(second.log.stdout).toContain("ip6: nf_log_ipv6 -> nfnetlink_log");
  });

  test("status says that the intent is the persisted one, and that the bindings agree", () => {
    const { problems, families } = answerOf<Status>(second.status);
    expect(problems.map(({ code }) => code)).not.toContain("binding-differs");
    expect(families.find(({ family }) => family === "ip6")).toMatchObject({
      source: "persisted",
      intent: { to: "user", group: 0 },
      overrides: null,
    });
    expect(families.find(({ family }) => family === "arp")).toMatchObject({
      source: "persisted",
      intent: { to: "none" },
      bound: null,
    });
    expect(second.ofThisBoot.stdout).toBe("");
  });
});

interface Status {
  readonly problems: { code: string }[];
  readonly families: { family: string; source: string | null }[];
}
