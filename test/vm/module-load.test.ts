import { beforeAll, describe, expect, test } from "vitest";
import { answerOf, BOOT_TIMEOUT_MS, boundRows, runSteps, type StepResult } from "./vm.ts";

describe("module load by an alias", () => {
  const steps = {
    load: "netlogctl module load nf_log_ipv4 --persist --json",
    table: "cat $table",
    modules: "cut -d ' ' -f 1 /proc/modules",
    list: "netlogctl module list --json",
    persisted: "cat /etc/modules-load.d/netlogctl.conf",
    again: "netlogctl module load nf_log_ipv4 --persist",
  };
  let after: Record<keyof typeof steps, StepResult>;

  beforeAll(async () => {
    after = await runSteps(steps);
  }, BOOT_TIMEOUT_MS);

  test("loads the module that the alias stands for", () => {
    expect(after.load.code).toBe(0);
    expect(after.modules.stdout).toMatch(/^nf_log_syslog$/m);
    expect(after.modules.stdout).not.toMatch(/^nf_log_ipv4$/m);
  });

  test("says which rows the kernel bound, and those it bound", () => {
    const bound = boundRows(after.table.stdout);
    expect(bound).toEqual({
      2: "nf_log_ipv4",
      3: "nf_log_arp",
      5: "nf_log_netdev",
      7: "nf_log_bridge",
      10: "nf_log_ipv6",
    });
    const notes = answerOf<{ notes: string[] }>(after.load).notes.join("\n");
    for (const logger of Object.values(bound)) expect(notes).toContain(`NONE -> ${logger}`);
  });

  test("module list reports it as an alias that is loaded", () => {
    expect(answerOf(after.list)).toContainEqual({
      name: "nf_log_ipv4",
      state: "loaded",
      aliasOf: "nf_log_syslog",
      evidence: "alias of nf_log_syslog, in /proc/modules",
    });
  });

  test("--persist names it for systemd-modules-load", () => {
    expect(after.persisted.stdout).toMatch(/^nf_log_ipv4$/m);
  });

  test("the same once more finds nothing to do", () => {
    expect(after.again).toMatchObject({ code: 0, stdout: "nothing to do: it is so already\n", stderr: "" });
  });
});
