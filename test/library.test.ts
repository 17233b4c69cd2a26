import { expect, expectTypeOf, test } from "vitest";
import type { ChangeOptions, DefaultLog, Host, Outcome, Status } from "../src/index.ts";
import * as library from "../src/index.ts";
import { ROOT } from "./helpers/cli.ts";

test("what a program can use", () => {
  expect(Object.keys(library).sort()).toEqual([
    "Fault",
    "HostError",
    "bindLogger",
    "installService",
    "listLoggers",
    "listModules",
    "loadModules",
    "openHost",
    "parseDefaultLog",
    "previewLines",
    "readStatus",
    "readWanted",
    "renderDefaultLog",
    "renderService",
    "restore",
    "setAllNetns",
    "setDefaultLog",
    "showAllNetns",
    "showDefaultLog",
    "watchStatus",
  ]);
  expectTypeOf(library.openHost).toBeCallableWith({ netns: "blue" });
  expectTypeOf(library.setDefaultLog).parameters.toEqualTypeOf<[Host, DefaultLog, boolean, ChangeOptions]>();
  expectTypeOf(library.setDefaultLog).returns.resolves.toEqualTypeOf<Outcome>();
  expectTypeOf(library.readStatus).returns.resolves.toEqualTypeOf<Status>();
});

test("a plan can be had and read without a command line", async () => {
  const host = await library.openHost({ machine: `${ROOT}fixtures/machine/debian-12-fresh` });
  const options = { isDryRun: true, lockTimeoutMs: 0, say: () => {}, signal: new AbortController().signal };
  const { plan, isApplied } = await library.setDefaultLog(host, { ip6: { to: "user", group: 0 } }, false, options);
  expect(isApplied).toBe(false);
  expect(library.previewLines(plan).slice(0, 2)).toEqual([
    "module nfnetlink_log: not loaded -> loaded",
    "ip6: NONE -> nfnetlink_log",
  ]);
});
