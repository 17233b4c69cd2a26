import { expect, test } from "vitest";
import { problemsOf } from "../../../src/core/explain/problems.ts";
import { INITIAL, MACHINE } from "../../helpers/facts.ts";

const LOADED = { name: "nf_log_ipv4", state: "loaded", evidence: "in /proc/modules" } as const;

test.each([
  ["nf_log_ipv4, before 5.13", LOADED],
  ["nf_log_syslog, of which the name is an alias", { ...LOADED, aliasOf: "nf_log_syslog" }],
])("the module that bound a row that was to be NONE: %s", (expected, module) => {
  const machine = {
    ...MACHINE,
    modules: [module],
    run: { path: "/run/x", text: "", defaultLog: { ip: { to: "none" as const } } },
  };
  const differing = problemsOf(machine, INITIAL, undefined).find(({ code }) => code === "binding-differs");
  expect(differing?.message).toContain(`loading ${expected.split(",")[0]} binds a row that is NONE`);
});
