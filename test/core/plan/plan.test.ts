import { describe, expect, test } from "vitest";
import type { DefaultLog } from "../../../src/core/model/default-log.ts";
import type { Machine } from "../../../src/core/model/machine.ts";
import type { ModuleState } from "../../../src/core/model/module.ts";
import { Plan } from "../../../src/core/model/plan.ts";
import { bindSteps, joinSteps } from "../../../src/core/plan/bind-steps.ts";
import { planDefaultLog, planRestore } from "../../../src/core/plan/default-log-plan.ts";
import { previewLines } from "../../../src/core/plan/preview.ts";
import { tracesOf } from "../../../src/core/plan/traces.ts";
import { decodeNfLog } from "../../../src/core/procfs/nf-log.ts";

const FRESH = " 2 NONE ()\n 3 NONE ()\n 5 NONE ()\n 7 NONE ()\n10 NONE ()\n";
const LOADED =
  " 2 nf_log_ipv4 (nf_log_ipv4,nfnetlink_log)\n 3 NONE (nf_log_arp,nfnetlink_log)\n10 nf_log_ipv6 (nf_log_ipv6,nfnetlink_log)\n";

function module(name: string, state: ModuleState["state"]): ModuleState {
  return { name, state, evidence: "seen" };
}

function machine(table: string, modules: ModuleState[] = [], run: DefaultLog = {}): Machine {
  return {
    namespace: { inode: 1, instance: 2, name: null, isBoot: true, isInitial: true },
    bindings: decodeNfLog(table),
    modules,
    allNetns: 0,
    flows: { events: 2, acct: 0, timestamp: 0, log_invalid: 0 },
    run: { path: "/run/netlogctl/1-2/default-log.nft", text: undefined, defaultLog: run },
    persisted: { path: "/etc/netlogctl/default-log.nft", text: undefined, defaultLog: {} },
  };
}

const AVAILABLE = [module("nf_log_syslog", "available"), module("nfnetlink_log", "available")];
const lines = (plan: Plan): string[] => previewLines(plan).filter((line) => !line.startsWith("/"));

describe("a default log as steps", () => {
  test("the module is loaded first, and rows that loading would bind are kept", () => {
    const plan = planDefaultLog(machine(FRESH, AVAILABLE), { ip: { to: "kernel" } }, false);
    expect(lines(plan)).toEqual([
      "module nf_log_syslog: not loaded -> loaded",
      "ip: NONE -> nf_log_ipv4",
      "arp: NONE (kept)",
      "netdev: NONE (kept)",
      "bridge: NONE (kept)",
      "ip6: NONE (kept)",
    ]);
    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  test("nfnetlink_log binds no row by itself, so none has to be kept", () => {
    const plan = planDefaultLog(machine(FRESH, AVAILABLE), { ip: { to: "user", group: 0 } }, false);
    expect(lines(plan)).toEqual(["module nfnetlink_log: not loaded -> loaded", "ip: NONE -> nfnetlink_log"]);
  });

  test("none stays none although the module of another family is loaded for it", () => {
    const plan = planDefaultLog(machine(FRESH, AVAILABLE), { ip: { to: "kernel" }, arp: { to: "none" } }, false);
    expect(lines(plan)).toContain("arp: NONE (kept)");
  });

  test("joined with another list, a row is not kept as it is that a step of the other binds", () => {
    const fresh = machine(FRESH, AVAILABLE);
    const keeping = bindSteps(fresh, [], [{ row: 10, logger: "nf_log_ipv6" }]);
    const binding = bindSteps(fresh, [{ row: 2, logger: "nfnetlink_log" }]);
    for (const lists of [
      [keeping, binding],
      [binding, keeping, binding],
    ]) {
      const joined = joinSteps(...lists);
      expect(previewLines({ steps: joined }).filter((line) => line.startsWith("ip:"))).toEqual([
        "ip: NONE -> nfnetlink_log",
      ]);
      expect(joined).toHaveLength(keeping.length + binding.length - 1);
    }
  });

  test("before 5.13 each family has its module", () => {
    const old = [
      module("nf_log_syslog", "absent"),
      module("nf_log_ipv4", "available"),
      module("nf_log_ipv6", "available"),
    ];
    const plan = planDefaultLog(machine(FRESH, old), { ip: { to: "kernel" } }, false);
    expect(lines(plan)).toEqual(["module nf_log_ipv4: not loaded -> loaded", "ip: NONE -> nf_log_ipv4"]);
  });

  test("a logger that no module here brings is a fault that says what was looked at", () => {
    const absent = [module("nf_log_syslog", "absent"), module("nf_log_ipv4", "absent")];
    expect(() => planDefaultLog(machine(FRESH, absent), { ip: { to: "kernel" } }, false)).toThrow(
      "cannot bind nf_log_ipv4 to ip: the logger is not registered there (nf_log_syslog is absent: seen; nf_log_ipv4 is absent: seen)",
    );
  });

  test("a family without a row is a fault", () => {
    expect(() => planDefaultLog(machine(" 2 NONE ()\n"), { arp: { to: "none" } }, false)).toThrow(
      "this kernel has no row arp (3) among its loggers",
    );
  });

  test("what is so already is no step", () => {
    const found = machine(LOADED);
    const run = {
      ...found.run,
      text: "# The default log of this boot. Written by netlogctl.\ndefault log {\n\tip kernel\n}\n",
    };
    expect(
      planDefaultLog(
        { ...found, run: { ...run, defaultLog: { ip: { to: "kernel" } } } },
        { ip: { to: "kernel" } },
        false,
      ).steps,
    ).toEqual([]);
  });

  test("restore binds what is persisted and forgets this boot's", () => {
    const found = machine(LOADED, [], { ip: { to: "none" } });
    const run = { ...found.run, text: "default log ip none\n" };
    const persisted = { ...found.persisted, defaultLog: { ip6: { to: "user", group: 0 } } as DefaultLog };
    expect(previewLines(planRestore({ ...found, run, persisted }))).toEqual([
      "ip6: nf_log_ipv6 -> nfnetlink_log",
      "/run/netlogctl/1-2/default-log.nft: default log ip none -> no file",
    ]);
  });

  test("nothing can be persisted in a namespace that no boot makes again", () => {
    const found = machine(LOADED);
    const nowhere = { ...found, persisted: { ...found.persisted, path: undefined } };
    expect(() => planDefaultLog(nowhere, { ip: { to: "none" } }, true)).toThrow("cannot persist");
  });
});

test("what loading a module binds is a trace of the plan, not somebody else's doing", () => {
  const wanted: DefaultLog = { ip: { to: "kernel" }, ip6: { to: "user", group: 0 } };
  const { steps } = planDefaultLog(machine(FRESH, AVAILABLE), wanted, false);
  const ip6 = steps.find(({ change }) => change.do === "bind" && change.row === 10);
  expect(tracesOf(ip6 as (typeof steps)[number], steps)).toEqual([
    { do: "bind", row: 10, logger: "nfnetlink_log" },
    { do: "bind", row: 10, logger: "nf_log_ipv6" },
  ]);
});
