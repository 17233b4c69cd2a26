import { describe, expect, test } from "vitest";
import type { FlowReader } from "../../../src/core/model/listener.ts";
import { codes, FLOWS, type Given, KEEPERS, MACHINE, only, QUIET } from "../../helpers/facts.ts";

const KEEPER: FlowReader = {
  portId: 3_904_602_909,
  events: ["NEW", "UPDATE", "DESTROY"],
  listeners: [{ pid: 900, program: "conntrackd", unit: "conntrackd.service" }],
};
const ALL_ON = { events: 1, acct: 1, timestamp: 1, log_invalid: 0 };
const TRACKING = [{ match: { op: "==", left: { ct: { key: "state" } }, right: "new" } }, { counter: null }];

/** One reader, all on, flows that are tracked: nothing is wrong. */
function given({ by = [KEEPER], settings = {}, tracked = 5, ...more }: Wanted = {}): Given {
  const machine = { ...MACHINE, flows: { ...ALL_ON, ...settings } };
  const keepers = { ...KEEPERS, journald: undefined };
  return { rules: QUIET, keepers, machine, flows: { readers: by, tracked }, ...more };
}

interface Wanted extends Given {
  /** Who reads flow events. */
  readonly by?: readonly FlowReader[];
  readonly settings?: Partial<(typeof MACHINE)["flows"]>;
  readonly tracked?: number | undefined;
}

describe("who reads flow events lacks what is off", () => {
  test("all is on: nothing; nobody reads: whatever is off is nobody's", () => {
    expect(codes(given())).toEqual([]);
    expect(codes(given({ by: [], settings: { events: 0, acct: 0, timestamp: 0 }, tracked: 0 }))).toEqual([]);
  });

  test("the kernel's defaults: no counters, no times; the events come", () => {
    expect(codes(given({ settings: FLOWS }))).toEqual(["flow-counters-off", "flow-times-off", "flow-ends-untold"]);
  });

  test("events only while somebody listens: older flows have no end, for those who read ends", () => {
    const settings = { events: 2 };
    const found = only(given({ settings, netns: "blue" }));
    expect(found).toMatchObject({ code: "flow-ends-untold", severity: "note", where: ["nf_conntrack_events"] });
    expect(found?.message).toContain("nf_conntrack_events is 2: flows that began while nobody listened lack an end");
    expect(found?.remedy).toContain("\nnetlogctl flows set events=on --netns blue");
    expect(codes(given({ settings, by: [{ ...KEEPER, events: ["NEW"] }] }))).toEqual([]);
  });

  test.each([
    ["acct", "flow-counters-off", "warning", "flows lack bytes and packets"],
    ["timestamp", "flow-times-off", "warning", "flows lack start, end and duration"],
    ["events", "flow-events-off", "error", "no event ever comes"],
  ] as const)("%s off", (setting, code, severity, what) => {
    const found = only(given({ settings: { [setting]: 0 }, netns: "a b" }));
    expect(found).toMatchObject({ code, severity, where: [`nf_conntrack_${setting}`] });
    expect(found?.message).toBe(
      `nf_conntrack_${setting} is 0: ${what}; flow events are read by conntrackd (pid 900, conntrackd.service)`,
    );
    expect(found?.remedy).toMatch(
      new RegExp(`^# flows that are tracked already .*:\\nnetlogctl flows set ${setting}=on --netns 'a b'$`),
    );
  });

  test("what only the end of a flow tells is lacked by those who read ends", () => {
    const early: FlowReader = { ...KEEPER, events: ["NEW", "UPDATE"], listeners: [] };
    const settings = { acct: 0, timestamp: 0, events: 0 };
    const found = only(given({ by: [early], settings }));
    expect(found?.code).toBe("flow-events-off");
    expect(found?.message).toContain("read by a process that cannot be seen from here (port id 3904602909)");
  });

  test("what the kernel does not have is not called off", () => {
    expect(codes(given({ settings: { events: undefined, acct: undefined, timestamp: undefined } }))).toEqual([]);
  });

  test("a rule that asks for events gets them though they are off", () => {
    const asking = [{ mangle: { key: { ct: { key: "event" } }, value: ["new", "destroy"] } }];
    const off = { settings: { events: 0 } };
    expect(codes(given({ ...off, rules: [...QUIET, asking] }))).toEqual([]);
    expect(codes(given({ ...off, rules: [...QUIET, TRACKING] }))).toEqual(["flow-events-off"]);
  });
});

describe("whether conntrack looks at packets at all", () => {
  test("no rule needs it and no flow is tracked: a rule that only counts is the remedy", () => {
    const found = only(given({ tracked: 0, netns: "blue" }));
    expect(found).toMatchObject({ code: "flow-untracked", severity: "warning", where: [] });
    expect(found?.remedy).toContain("\nip netns exec blue nft 'table inet track { chain look {");
  });

  test.each<[string, object[]]>([
    ["a match of ct", TRACKING],
    ["in a set's key", [{ vmap: { key: { ct: { key: "state" } }, data: "@m" } }]],
    ["a limit of connections", [{ "ct count": { val: 10 } }]],
    ["masquerade", [{ masquerade: null }]],
    ["dnat", [{ dnat: { addr: "192.0.2.1" } }]],
    ["iptables' match", [{ xt: { type: "match", name: "conntrack" } }]],
  ])("%s has it look", (_what, rule) => {
    expect(codes(given({ tracked: 0, rules: [...QUIET, rule] }))).not.toContain("flow-untracked");
  });

  test("where flows are tracked, or it cannot be told, nothing is said", () => {
    expect(codes(given({ tracked: 1 }))).toEqual([]);
    expect(codes({ ...given(), flows: { readers: [KEEPER], tracked: undefined } })).toEqual([]);
  });
});
