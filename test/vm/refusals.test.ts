import { beforeAll, describe, expect, test } from "vitest";
import { BOOT_TIMEOUT_MS, boundRows, runSteps, type StepResult } from "./vm.ts";

const MODPROBE_CONF = "/etc/modprobe.d/vm-test.conf";

/**
 * The table, and below it the modules of netfilter logging: a refused change leaves both as they were. What they depend
 * on (nfnetlink) is modprobe's: it stays when the module itself cannot be loaded.
 */
const STATE = "cat $table; echo; grep -o -E '^(nf_log|nfnetlink_log)[^ ]*' /proc/modules";

/** nfnetlink_log is the last module that this file needs: by then nf_log_syslog is loaded and has bound its rows. */
const FILE = "default log { ip kernel; arp kernel; ip6 user group 0; }";

describe("modules that cannot be loaded", () => {
  const steps = {
    atBoot: STATE,
    refused: `echo 'install nf_log_syslog /bin/false' > ${MODPROBE_CONF}; netlogctl default log ip6 kernel`,
    afterRefused: STATE,
    blacklisted: `echo 'blacklist nf_log_syslog' > ${MODPROBE_CONF}; netlogctl module load nf_log_ipv4 --json`,
    afterBlacklisted: STATE,
    lastImpossible: `echo 'install nfnetlink_log /bin/false' > ${MODPROBE_CONF}
      echo '${FILE}' > /run/default-log.nft; netlogctl default log -f /run/default-log.nft --persist --json`,
    afterLastImpossible: STATE,
    leftBehind: "find /etc/netlogctl /run/netlogctl -type f ! -name lock",
  };
  let after: Record<keyof typeof steps, StepResult>;

  beforeAll(async () => {
    after = await runSteps(steps);
  }, BOOT_TIMEOUT_MS);

  test("before all of it no row is bound and no module loaded", () => {
    expect(boundRows(after.atBoot.stdout)).toEqual({});
    expect(after.atBoot.stdout).not.toMatch(/^nf/m);
  });

  test("what modprobe refuses is one clear fault", () => {
    expect(after.refused).toMatchObject({ code: 1, stdout: "" });
    expect(after.refused.stderr).toMatch(/^netlogctl: .*modprobe nf_log_syslog ended with 1.*\n {2}\S.*\n$/);
    expect(after.afterRefused.stdout).toBe(after.atBoot.stdout);
  });

  test("what modprobe passes over in silence is a fault too, and its remedy finds the blacklist", () => {
    expect(after.blacklisted.code).toBe(1);
    expect(JSON.parse(after.blacklisted.stdout)).toEqual({
      error: {
        code: "not-kept",
        message: expect.stringContaining("module nf_log_ipv4"),
        remedy: expect.stringMatching(/blacklist.*modprobe --showconfig \| grep nf/),
      },
    });
    expect(after.afterBlacklisted.stdout).toBe(after.atBoot.stdout);
  });

  test("a file whose last family is impossible changes nothing", () => {
    expect(after.lastImpossible.code).toBe(1);
    expect(JSON.parse(after.lastImpossible.stdout)).toMatchObject({ error: { code: "refused" } });
    expect(after.afterLastImpossible.stdout).toBe(after.atBoot.stdout);
    expect(after.leftBehind.stdout).toBe("");
  });
});

describe("netlogctl killed while it loads a module", () => {
  const steps = {
    atBoot: STATE,
    // modprobe runs this in place of loading the module: it says that it was reached, and waits to be let go.
    killed: `mkfifo /run/reached /run/go
      echo 'install nfnetlink_log /bin/sh -c "echo > /run/reached; cat /run/go; false"' > ${MODPROBE_CONF}
      echo '${FILE}' | netlogctl default log -f - &
      cat /run/reached; kill -9 $!; wait $!; code=$?
      echo > /run/go; flock /run/netlogctl/lock true; exit $code`,
    afterKilled: STATE,
    recovered: "netlogctl logger list",
    afterRecovered: STATE,
    journals: "find /run/netlogctl -name 'journal*'",
  };
  let after: Record<keyof typeof steps, StepResult>;

  beforeAll(async () => {
    after = await runSteps(steps);
  }, BOOT_TIMEOUT_MS);

  test("leaves its plan half done", () => {
    expect(after.killed.code).toBe(128 + 9);
    expect(boundRows(after.afterKilled.stdout)).toMatchObject({ 2: "nf_log_ipv4", 10: "nf_log_ipv6" });
    expect(after.afterKilled.stdout).toMatch(/^nf_log_syslog$/m);
  });

  test("is undone by the next command, which says so", () => {
    expect(after.recovered.code).toBe(0);
    expect(after.recovered.stderr).toMatch(/an earlier change was cut off and is undone: default log ip kernel/);
    expect(after.afterRecovered.stdout).toBe(after.atBoot.stdout);
    expect(after.journals.stdout).toBe("");
  });
});
