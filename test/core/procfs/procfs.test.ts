import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../../src/core/model/fault.ts";
import { decodeUnit } from "../../../src/core/procfs/cgroup.ts";
import { decodeProgram } from "../../../src/core/procfs/comm.ts";
import { decodeModules, type ModuleFacts } from "../../../src/core/procfs/modules.ts";
import { decodeNetlink, flowEventsOf, instanceOf } from "../../../src/core/procfs/netlink.ts";
import { decodeNfLog } from "../../../src/core/procfs/nf-log.ts";
import { decodeNfnetlinkLog } from "../../../src/core/procfs/nfnetlink-log.ts";
import { decodeSocketMemory } from "../../../src/core/procfs/socket-memory.ts";
import { RUNS } from "../../helpers/runs.ts";

test.each([
  ["ulogd\n", "ulogd"],
  ["MainThread\n", "node"], // Node 24
  ["node-MainThread\n", "node"], // Node 26
  ["node\n", "node"],
  ["", ""],
])("/proc/PID/comm: %j is the program %j", (comm, program) => {
  expect(decodeProgram(comm)).toBe(program);
});

describe("/proc/net/netfilter/nf_log", () => {
  test("a row is a number, the bound logger, and those that could be bound", () => {
    expect(decodeNfLog(" 0 NONE (nfnetlink_log)\n 2 nf_log_ipv4 (nf_log_ipv4,nfnetlink_log)\n10 NONE ()\n")).toEqual([
      { row: 0, logger: null, available: ["nfnetlink_log"] },
      { row: 2, logger: "nf_log_ipv4", available: ["nf_log_ipv4", "nfnetlink_log"] },
      { row: 10, logger: null, available: [] },
    ]);
  });

  test("a line that no kernel writes is a fault, not a guess", () => {
    expect(() => decodeNfLog(" 2 nf_log_ipv4\n")).toThrow(Fault);
  });
});

test("/proc/net/netfilter/nfnetlink_log: a line per group", () => {
  expect(
    decodeNfnetlinkLog("    0   4711     2 2 65531    100  1\n    5 3221225472     0 1     0     10  1\n"),
  ).toEqual([
    { group: 0, portId: 4711, queued: 2, copyMode: "packet", copyRangeBytes: 65_531, flushTimeoutCs: 100 },
    { group: 5, portId: 3_221_225_472, queued: 0, copyMode: "meta", copyRangeBytes: 0, flushTimeoutCs: 10 },
  ]);
});

test("/proc/net/netlink: the kernel's own route socket tells namespaces apart", () => {
  const text = `sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
0000000028d9d502 0   0          00000000 0        0        0     2        0        7740
000000004426e577 12  4711       00000007 832      0        0     2        19       1591
`;
  const sockets = decodeNetlink(text);
  expect(sockets).toEqual([
    { protocol: 0, portId: 0, groups: 0, waitingBytes: 0, drops: 0, inode: 7740 },
    { protocol: 12, portId: 4711, groups: 7, waitingBytes: 832, drops: 19, inode: 1591 },
  ]);
  expect(instanceOf(sockets)).toBe(7740);
  expect(instanceOf([])).toBe(0);
});

test.each<[number, number, string[]]>([
  [12, 0x7, ["NEW", "UPDATE", "DESTROY"]],
  [12, 0x4, ["DESTROY"]],
  [12, 0x78, []],
  [12, 0x80000001, ["NEW"]],
  [0, 0x7, []],
])("a socket of protocol %i with groups %i reads the flow events %j", (protocol, groups, events) => {
  expect(flowEventsOf({ protocol, portId: 1, groups, waitingBytes: 0, drops: 0, inode: 1 })).toEqual(events);
});

test("ss -m: the receive buffers of NETLINK_NETFILTER's sockets", () => {
  const text = `UNCONN 4352   0                  4:14119             *    \t skmem:(r4352,rb2097152,t0,tb65536,f0,w0,o0,bl0,d0)
UNCONN 832    0                 12:14105 *\t skmem:(r832,rb425984,t0,tb212992,f0,w0,o0,bl0,d7) 
UNCONN 0      0                 12:0                 *    \t skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d0)   
`;
  expect(decodeSocketMemory(text)).toEqual(
    new Map([
      [14_105, 425_984],
      [0, 212_992],
    ]),
  );
  expect(decodeSocketMemory("Netid State\nnonsense")).toEqual(new Map());
});

test.each([
  ["0::/system.slice/ulogd2.service\n", "ulogd2.service"],
  ["0::/user.slice/user-1000.slice/user@1000.service/app.slice/tcpdump.scope\n", "tcpdump.scope"],
  ["12:cpu:/\n0::/\n", undefined],
  ["", undefined],
])("/proc/PID/cgroup %j", (text, unit) => {
  expect(decodeUnit(text)).toBe(unit);
});

const BOUND = decodeNfLog(" 2 nf_log_ipv4 (nf_log_ipv4,nfnetlink_log)\n");
const NOTHING: ModuleFacts = {
  release: "6.1.0",
  procModules: "",
  dep: "",
  builtin: "",
  alias: "",
  config: undefined,
  bindings: decodeNfLog(" 2 NONE ()\n"),
};
const DEP = "kernel/net/netfilter/nf_log_syslog.ko.xz:\nkernel/net/netfilter/nfnetlink_log.ko.zst: a\n";
const ALIAS = "alias nf_log_ipv4 nf_log_syslog\n";

describe("modules", () => {
  const look = (facts: Partial<ModuleFacts>, name: string): string => {
    const found = decodeModules({ ...NOTHING, ...facts }).find((module) => module.name === name);
    return `${found?.state}: ${found?.evidence}`;
  };
  test.each<[string, Partial<ModuleFacts>, string, string]>([
    ["loaded", { procModules: "nf_log_syslog 20480 1 - Live 0x0\n" }, "nf_log_syslog", "loaded: in /proc/modules"],
    [
      "loaded under its new name",
      { procModules: "nf_log_syslog 1 0 -\n" },
      "nf_log_ipv4",
      "loaded: alias of nf_log_syslog, in /proc/modules",
    ],
    [
      "a name that only begins like it",
      { procModules: "nf_log_syslog2 1 0 -\n" },
      "nf_log_syslog",
      "absent: not in modules.dep of 6.1.0",
    ],
    ["on disk, compressed", { dep: DEP }, "nfnetlink_log", "available: in modules.dep of 6.1.0"],
    [
      "an alias of one on disk",
      { dep: DEP, alias: ALIAS },
      "nf_log_ipv4",
      "available: alias of nf_log_syslog, in modules.dep of 6.1.0",
    ],
    [
      "a file of its own, kernels < 5.13",
      { dep: "k/nf_log_ipv4.ko: x\n" },
      "nf_log_ipv4",
      "available: in modules.dep of 6.1.0",
    ],
    [
      "the new name on such a kernel",
      { dep: "k/nf_log_ipv4.ko:\n", procModules: "nf_log_ipv4 1 0 -\n", bindings: BOUND },
      "nf_log_syslog",
      "absent: not in modules.dep of 6.1.0",
    ],
    [
      "listed as built in",
      { builtin: "kernel/net/netfilter/nfnetlink_log.ko\n" },
      "nfnetlink_log",
      "built in: in modules.builtin of 6.1.0",
    ],
    [
      "built in by its configuration",
      { config: "CONFIG_NF_CT_NETLINK=y\n" },
      "nf_conntrack_netlink",
      "built in: CONFIG_NF_CT_NETLINK=y in its configuration",
    ],
    [
      "configured as a module",
      { config: "CONFIG_NF_CT_NETLINK=m\n" },
      "nf_conntrack_netlink",
      "absent: not in modules.dep of 6.1.0",
    ],
    [
      "registered, without a line",
      { procModules: undefined, dep: undefined, bindings: BOUND },
      "nf_log_syslog",
      "built in: nf_log_ipv4 is registered, and no line of /proc/modules has it",
    ],
    [
      "nothing to load with",
      { procModules: undefined },
      "nfnetlink_log",
      "absent: this kernel has no loadable modules (no /proc/modules)",
    ],
    [
      "a container without the modules",
      { dep: undefined },
      "nfnetlink_log",
      "absent: no /lib/modules/6.1.0/modules.dep here",
    ],
  ])("%s", (_what, facts, name, answer) => {
    expect(look(facts, name)).toBe(answer);
  });
});

test("no text makes a decoder throw anything but a fault", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      decodeNetlink(text);
      decodeNfnetlinkLog(text);
      decodeUnit(text);
      decodeModules({ ...NOTHING, procModules: text, dep: text, alias: text });
      try {
        decodeNfLog(text);
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
      }
    }),
    { numRuns: RUNS },
  );
});
