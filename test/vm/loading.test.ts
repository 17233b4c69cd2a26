import { beforeAll, describe, expect, test } from "vitest";
import { answerOf, BOOT_TIMEOUT_MS, boundRows, runSteps, type StepResult } from "./vm.ts";

describe("a machine that has loaded nothing yet", () => {
  const steps = {
    tableAtBoot: "cat $table",
    modulesAtBoot: "cut -d ' ' -f 1 /proc/modules",
    list: "netlogctl logger list --json",
    modules: "netlogctl module list --json",
    preview: "netlogctl default log ip6 kernel --dry-run --json",
    tableAfterPreview: "cat $table",
    toKernel: "netlogctl default log ip6 kernel --json",
    tableToKernel: "cat $table",
    modulesToKernel: "cut -d ' ' -f 1 /proc/modules",
    toUser: "netlogctl default log ip user group 0 --json",
    tableToUser: "cat $table",
    modulesToUser: "cut -d ' ' -f 1 /proc/modules",
    again: "netlogctl default log ip user group 0",
  };
  let after: Record<keyof typeof steps, StepResult>;

  beforeAll(async () => {
    after = await runSteps(steps);
  }, BOOT_TIMEOUT_MS);

  test("has no logger bound and no module of ours loaded", () => {
    expect(boundRows(after.tableAtBoot.stdout)).toEqual({});
    expect(after.modulesAtBoot.stdout).not.toMatch(/^(nf_log|nfnetlink)/m);
  });

  test("logger list shows every row unbound", () => {
    const rows = answerOf<object[]>(after.list);
    expect(rows).toHaveLength(after.tableAtBoot.stdout.trim().split("\n").length);
    for (const row of rows) expect(row).toMatchObject({ logger: null, available: [] });
  });

  test("module list finds the modules in modules.dep", () => {
    const modules = answerOf<object[]>(after.modules);
    const evidence = expect.stringMatching(/^in modules\.dep of 6\.1\./);
    expect(modules).toContainEqual({ name: "nf_log_syslog", state: "available", evidence });
    expect(modules).toContainEqual({ name: "nfnetlink_log", state: "available", evidence });
    expect(modules).toContainEqual({ name: "nf_conntrack_netlink", state: "available", evidence });
    expect(modules).toContainEqual({
      name: "nf_log_ipv6",
      state: "available",
      aliasOf: "nf_log_syslog",
      evidence: expect.stringContaining("alias of nf_log_syslog"),
    });
  });

  test("a dry run names the module and the row, and loads nothing", () => {
    expect(answerOf(after.preview)).toMatchObject({
      applied: false,
      changes: [
        { what: "module nf_log_syslog", before: "not loaded", after: "loaded" },
        { what: "ip6", before: "NONE", after: "nf_log_ipv6" },
        { what: expect.stringMatching(/^\/run\/netlogctl\//), before: null },
      ],
    });
    expect(boundRows(after.tableAfterPreview.stdout)).toEqual({});
  });

  test("default log ip6 kernel loads nf_log_syslog and binds ip6 only", () => {
    expect(answerOf(after.toKernel)).toMatchObject({ applied: true });
    expect(boundRows(after.tableToKernel.stdout)).toEqual({ 10: "nf_log_ipv6" });
    expect(after.modulesToKernel.stdout).toMatch(/^nf_log_syslog$/m);
    expect(after.modulesToKernel.stdout).not.toMatch(/^nfnetlink_log$/m);
  });

  test("default log ip user loads nfnetlink_log and leaves ip6 as it was", () => {
    expect(after.toUser.code).toBe(0);
    expect(boundRows(after.tableToUser.stdout)).toEqual({ 2: "nfnetlink_log", 10: "nf_log_ipv6" });
    expect(after.modulesToUser.stdout).toMatch(/^nfnetlink_log$/m);
  });

  test("the same once more finds nothing to do", () => {
    expect(after.again).toMatchObject({ code: 0, stdout: "nothing to do: it is so already\n" });
  });
});
