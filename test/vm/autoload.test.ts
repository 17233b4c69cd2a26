import { beforeAll, describe, expect, test } from "vitest";
import { answerOf, BOOT_TIMEOUT_MS, boundRows, runSteps, type StepResult } from "./vm.ts";

interface Status {
  readonly problems: { code: string; families: string[]; message: string; remedy: string }[];
  readonly families: {
    family: string;
    bound: string | null;
    intent: { to: string } | null;
    effective: { to: string };
  }[];
  readonly groups: object[] | null;
  readonly modules: { name: string; state: string }[];
}

describe("a module that nft loads by itself", () => {
  const steps = {
    intended: "netlogctl default log arp none",
    statusBefore: "netlogctl status --json",
    tableBefore: "cat $table",
    check: `nft -c 'table ip t { chain c { log prefix "x "; }; }'`,
    rules: "nft list ruleset",
    table: "cat $table",
    status: "netlogctl status --json",
    mended: "netlogctl default log arp none",
    tableMended: "cat $table",
    statusMended: "netlogctl status --json",
  };
  let after: Record<keyof typeof steps, StepResult>;

  beforeAll(async () => {
    after = await runSteps(steps);
  }, BOOT_TIMEOUT_MS);

  test("a check of rules binds rows although it changes no rule", () => {
    expect(boundRows(after.tableBefore.stdout)).toEqual({});
    expect(after.check).toMatchObject({ code: 0, stderr: "" });
    expect(after.rules).toMatchObject({ code: 0, stdout: "" });
    expect(boundRows(after.table.stdout)).toMatchObject({ 2: "nf_log_ipv4", 3: "nf_log_arp", 10: "nf_log_ipv6" });
  });

  test("status tells the truth before", () => {
    const { families, groups, problems } = answerOf<Status>(after.statusBefore);
    for (const { bound, effective } of families) expect([bound, effective.to]).toEqual([null, "nowhere"]);
    expect(groups).toEqual([]);
    expect(problems.map(({ code }) => code)).not.toContain("binding-differs");
  });

  test("status tells the truth after: what is bound, and that this is not what was meant", () => {
    const { families, modules, problems } = answerOf<Status>(after.status);
    expect(Object.fromEntries(families.map(({ family, bound }) => [family, bound]))).toEqual({
      ip: "nf_log_ipv4",
      arp: "nf_log_arp",
      netdev: "nf_log_netdev",
      bridge: "nf_log_bridge",
      ip6: "nf_log_ipv6",
    });
    for (const { effective } of families) expect(effective.to).toBe("kernel log");
    expect(modules).toContainEqual(expect.objectContaining({ name: "nf_log_syslog", state: "loaded" }));
    expect(problems).toEqual([
      expect.objectContaining({
        code: "binding-differs",
        families: ["arp"],
        message: expect.stringContaining("loading nf_log_syslog binds a row that is NONE"),
        remedy: "netlogctl default log arp none",
      }),
    ]);
  });

  test("the remedy that it names mends it", () => {
    expect(after.mended.code).toBe(0);
    expect(boundRows(after.tableMended.stdout)).not.toHaveProperty("3");
    expect(boundRows(after.tableMended.stdout)).toHaveProperty("2", "nf_log_ipv4");
    expect(answerOf<Status>(after.statusMended).problems).toEqual([]);
  });
});
