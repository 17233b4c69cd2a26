import { beforeAll, describe, expect, test } from "vitest";
import type { ModuleState } from "../../src/index.ts";
import { ALL_BOUND, BOUND_WITH_IPV4, HAS_MODULE_PER_FAMILY, moduleOf, RELEASE, ROWS } from "./kernel.ts";
import { answerOf, BOOT_TIMEOUT_MS, boundRows, runSteps, type StepResult } from "./vm.ts";

const CONF = "/etc/modprobe.d/vm-test.conf";
const TABLE = "cat $table";
const MODULES = "cut -d ' ' -f 1 /proc/modules";
/** Nothing of netfilter logging is loaded afterwards, as after a boot. */
const UNLOAD = `rm -f ${CONF} /run/netlogctl/*/default-log.nft
  for module in $(grep -o -E '^(nf_log_|nfnetlink_log)[^ ]*' /proc/modules); do modprobe -r $module; done
  ${TABLE}`;

describe(`modules and bindings on ${RELEASE}`, () => {
  const steps = {
    tableAtBoot: TABLE,
    list: "netlogctl module list --json",
    absent: `mount -t tmpfs none /lib/modules
      netlogctl default log ip6 kernel --json; code=$?; umount /lib/modules; exit $code`,
    refused: `echo 'install ${moduleOf("nf_log_ipv6")} /bin/false' > ${CONF}; netlogctl default log ip6 kernel --json`,
    tableRefused: TABLE,
    blacklisted: `echo 'blacklist ${moduleOf("nf_log_ipv4")}' > ${CONF}; netlogctl module load nf_log_ipv4 --json`,
    tableBlacklisted: TABLE,
    unloadedFirst: UNLOAD,
    byAlias: "netlogctl module load nf_log_ipv4 --json",
    tableByAlias: TABLE,
    modulesByAlias: MODULES,
    listByAlias: "netlogctl module list --json",
    unloadedSecond: UNLOAD,
    byName: "netlogctl module load nf_log_syslog --json",
    tableByName: TABLE,
    unloadedThird: UNLOAD,
    toKernel: "netlogctl default log ip6 kernel --json",
    tableToKernel: TABLE,
    toUser: "netlogctl default log ip user group 0 --json",
    tableToUser: TABLE,
    toNone: "netlogctl default log ip6 none --json",
    tableToNone: TABLE,
    unbind: "netlogctl logger unbind ip --json",
    tableUnbound: TABLE,
    unloadedFourth: UNLOAD,
    arpIsNone: "netlogctl default log arp none --json",
    check: `nft -c 'table arp t { chain c { log prefix "x "; }; }; table ip t { chain c { log prefix "x "; }; }'`,
    tableChecked: TABLE,
    statusChecked: "netlogctl status --json",
    mended: "netlogctl default log arp none",
    tableMended: TABLE,
    unloadedFifth: UNLOAD,
    checkGroup: "nft -c 'table ip t { chain c { log group 1; }; }'",
    tableGroup: TABLE,
    modulesGroup: MODULES,
  };
  let after: Record<keyof typeof steps, StepResult>;

  beforeAll(async () => {
    after = await runSteps(steps);
  }, BOOT_TIMEOUT_MS);

  test("at boot every row of the table is there, and none is bound", () => {
    expect(after.tableAtBoot.stdout.trim().split("\n")).toHaveLength(ROWS);
    expect(boundRows(after.tableAtBoot.stdout)).toEqual({});
  });

  test("module list finds the modules that this kernel has, and the names that are aliases", () => {
    const modules = answerOf<ModuleState[]>(after.list);
    const own = { state: "available", evidence: `in modules.dep of ${RELEASE}` };
    const missing = { state: "absent", evidence: `not in modules.dep of ${RELEASE}` };
    const alias = { state: "available", aliasOf: "nf_log_syslog", evidence: `alias of nf_log_syslog, ${own.evidence}` };
    expect(modules).toEqual([
      { name: "nf_log_syslog", ...(HAS_MODULE_PER_FAMILY ? missing : own) },
      ...Object.values(ALL_BOUND).map((name) => ({ name, ...(HAS_MODULE_PER_FAMILY ? own : alias) })),
      { name: "nfnetlink_log", ...own },
      { name: "nf_conntrack_netlink", ...own },
    ]);
  });

  test("absent: where the kernel's modules are not installed, a change that needs one is a fault", () => {
    expect(after.absent.code).toBe(1);
    expect(JSON.parse(after.absent.stdout)).toMatchObject({ error: { message: expect.stringContaining("ip6") } });
  });

  test("what modprobe refuses is a fault, and nothing is bound", () => {
    expect(after.refused.code).toBe(1);
    expect(JSON.parse(after.refused.stdout)).toMatchObject({ error: { code: "refused" } });
    expect(boundRows(after.tableRefused.stdout)).toEqual({});
  });

  // A blacklist is about aliases alone: before 5.13 the name is that of a module.
  test("blacklisted: an alias that modprobe passes over in silence is a fault, a module's own name is not", () => {
    const { code, stdout } = after.blacklisted;
    expect(code).toBe(HAS_MODULE_PER_FAMILY ? 0 : 1);
    expect(boundRows(after.tableBlacklisted.stdout)).toEqual(HAS_MODULE_PER_FAMILY ? BOUND_WITH_IPV4 : {});
    expect(JSON.parse(stdout)).toMatchObject(
      HAS_MODULE_PER_FAMILY
        ? { applied: true }
        : { error: { code: "not-kept", remedy: expect.stringContaining("blacklist") } },
    );
  });

  test("module load by the family's name binds what the kernel binds, and says so", () => {
    expect(boundRows(after.unloadedFirst.stdout)).toEqual({});
    expect(boundRows(after.tableByAlias.stdout)).toEqual(BOUND_WITH_IPV4);
    expect(after.modulesByAlias.stdout.split("\n")).toContain(moduleOf("nf_log_ipv4"));
    const notes = answerOf<{ notes: string[] }>(after.byAlias).notes.join("\n");
    expect([...notes.matchAll(/NONE -> (\w+)/g)].map(([, logger]) => logger)).toEqual(Object.values(BOUND_WITH_IPV4));
    const modules = answerOf<ModuleState[]>(after.listByAlias);
    expect(modules).toContainEqual(expect.objectContaining({ name: "nf_log_ipv4", state: "loaded" }));
  });

  test("module load nf_log_syslog loads it, or says that this kernel does not have it", () => {
    expect(boundRows(after.unloadedSecond.stdout)).toEqual({});
    if (HAS_MODULE_PER_FAMILY) {
      expect(JSON.parse(after.byName.stdout)).toMatchObject({
        error: { code: "not-found", message: `module nf_log_syslog is absent: not in modules.dep of ${RELEASE}` },
      });
    } else expect(answerOf(after.byName)).toMatchObject({ applied: true });
    expect(boundRows(after.tableByName.stdout)).toEqual(HAS_MODULE_PER_FAMILY ? {} : ALL_BOUND);
  });

  test("binding: default log loads what is missing and binds that family alone", () => {
    expect(boundRows(after.unloadedThird.stdout)).toEqual({});
    expect(answerOf(after.toKernel)).toMatchObject({ applied: true });
    expect(boundRows(after.tableToKernel.stdout)).toEqual({ 10: "nf_log_ipv6" });
    expect(answerOf(after.toUser)).toMatchObject({ applied: true });
    expect(boundRows(after.tableToUser.stdout)).toEqual({ 2: "nfnetlink_log", 10: "nf_log_ipv6" });
  });

  test("unbinding: default log none and logger unbind make a row NONE", () => {
    expect(answerOf(after.toNone)).toMatchObject({ applied: true });
    expect(boundRows(after.tableToNone.stdout)).toEqual({ 2: "nfnetlink_log" });
    expect(answerOf(after.unbind)).toMatchObject({ applied: true });
    expect(boundRows(after.tableUnbound.stdout)).toEqual({});
  });

  test("autoload: nft binds rows by a mere check; status finds the one that was to be NONE, and its remedy mends it", () => {
    expect(boundRows(after.unloadedFourth.stdout)).toEqual({});
    expect(after.check).toMatchObject({ code: 0, stderr: "" });
    const bound = boundRows(after.tableChecked.stdout);
    expect(bound).toMatchObject({ 2: "nf_log_ipv4", 3: "nf_log_arp" });
    const { families, problems } = answerOf<Status>(after.statusChecked);
    for (const [row, logger] of Object.entries(bound)) {
      expect(families, row).toContainEqual(expect.objectContaining({ bound: logger }));
    }
    expect(problems).toContainEqual(
      expect.objectContaining({
        code: "binding-differs",
        families: ["arp"],
        message: expect.stringContaining(`loading ${moduleOf("nf_log_arp")} binds a row that is NONE`),
        remedy: "netlogctl default log arp none",
      }),
    );
    expect(after.mended.code).toBe(0);
    const { 3: _arp, ...others } = bound;
    expect(boundRows(after.tableMended.stdout)).toEqual(others);
  });

  test("autoload: a log statement with a group loads nfnetlink_log and binds nothing", () => {
    expect(boundRows(after.unloadedFifth.stdout)).toEqual({});
    expect(after.checkGroup).toMatchObject({ code: 0, stderr: "" });
    expect(boundRows(after.tableGroup.stdout)).toEqual({});
    expect(after.modulesGroup.stdout.split("\n")).toContain("nfnetlink_log");
  });
});

interface Status {
  readonly problems: readonly { code: string; families: readonly string[] }[];
  readonly families: readonly { family: string; bound: string | null }[];
}
