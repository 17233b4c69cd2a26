import { expect, expectTypeOf, test } from "vitest";
import type { ChangeOptions, DefaultLog, Host, Outcome, Status } from "../src/index.ts";
import * as library from "../src/index.ts";
import { ROOT } from "./helpers/cli.ts";

test("what a program can use", () => {
  expect(Object.keys(library).sort()).toEqual([
    "ALL_PROTOCOLS",
    "BUS_SOCKET",
    "DOCTOR_CODES",
    "FLOW_FORMATS",
    "FLOW_ORDERS",
    "FORMATS",
    "Fault",
    "HostError",
    "LINT_CODES",
    "LISTENING",
    "NO_RULES",
    "PROBLEM_CODES",
    "SERVICE_NAME",
    "applyPlan",
    "applyWish",
    "bindLogger",
    "capturesOf",
    "changesOf",
    "checkWish",
    "chooseDay",
    "confirmPending",
    "connectLines",
    "convertPackets",
    "convertRules",
    "correlateLogged",
    "daysPlaces",
    "diffRules",
    "draftRules",
    "encodeEvents",
    "eventSchema",
    "examine",
    "explainSites",
    "filterOf",
    "findDays",
    "findTrail",
    "flowStreams",
    "flowTest",
    "flowTopics",
    "forecastPlan",
    "hasBus",
    "importSpr",
    "initRules",
    "installService",
    "isPending",
    "lintRules",
    "listFilterFields",
    "listFlows",
    "listLoggers",
    "listModules",
    "listRules",
    "listTemplates",
    "listenAt",
    "loadModules",
    "openAllHosts",
    "openDay",
    "openDepot",
    "openHost",
    "openLinePipe",
    "openNotify",
    "openPlace",
    "openRecorder",
    "openStore",
    "openStoreReader",
    "openTellingHere",
    "openTrials",
    "packetStreams",
    "packetTopics",
    "parseDefaultLog",
    "parsePlacePath",
    "partsOfDay",
    "planWish",
    "prepareRollback",
    "previewLines",
    "protocolsOf",
    "queryStore",
    "readArchiveSettings",
    "readHistory",
    "readServeSettings",
    "readSource",
    "readStatus",
    "readStream",
    "readTails",
    "readVyosConfig",
    "readWanted",
    "readWish",
    "recordMachine",
    "renderDefaultLog",
    "renderRules",
    "renderService",
    "restore",
    "rollbackPending",
    "rulesSchema",
    "runLogTests",
    "runSql",
    "serve",
    "setAllNetns",
    "setDefaultLog",
    "setFlowSettings",
    "showAllNetns",
    "showCaptures",
    "showDefaultLog",
    "showFlowSettings",
    "showTemplate",
    "sortFlows",
    "sourceOfBus",
    "sourceOfFiles",
    "sourceOfGroups",
    "sourceOfStore",
    "streamBus",
    "streamFlows",
    "streamKernelLog",
    "streamPackets",
    "summarizeEvents",
    "summarizeFlows",
    "tabulateEvents",
    "testsPathOf",
    "vaultAt",
    "wantedOf",
    "watchAppliedRules",
    "watchRules",
    "watchStatus",
    "watchTopFlows",
    "wishOfRevision",
    "withNames",
  ]);
  expectTypeOf(library.openHost).toBeCallableWith({ netns: "blue" });
  expectTypeOf(library.setDefaultLog).parameters.toEqualTypeOf<[Host, DefaultLog, boolean, ChangeOptions]>();
  expectTypeOf(library.setDefaultLog).returns.resolves.toEqualTypeOf<Outcome>();
  expectTypeOf(library.readStatus).returns.resolves.toEqualTypeOf<Status>();
});

test("what is no default log is refused, also from a program without types", async () => {
  const host = await library.openHost({ machine: `${ROOT}fixtures/machine/router` });
  const options = { isDryRun: true, lockTimeoutMs: 0, say: () => {}, signal: new AbortController().signal };
  const wrong: unknown[] = [
    {},
    { ip7: { to: "none" } },
    { inet: { to: "kernel" } },
    { ip: "none" },
    { ip: { to: "usr" } },
    { ip: { to: "user" } },
    { ip: { to: "user", group: 70_000 } },
    { ip: { to: "user", group: "0" } },
    { ip: { to: "user", group: 1.5 } },
  ];
  for (const wanted of wrong) {
    await expect(library.setDefaultLog(host, wanted as DefaultLog, true, options)).rejects.toBeInstanceOf(
      library.Fault,
    );
  }
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
