import { expect, test } from "vitest";
import { effectiveOf, type Surroundings } from "../../../src/core/explain/effective.ts";

const GROUP = { group: 0, portId: 7, queued: 0, copyMode: "packet", copyRangeBytes: 9, flushTimeoutCs: 1 } as const;
const ULOGD = { ...GROUP, listeners: [{ pid: 812, program: "ulogd", unit: "ulogd2.service" }] };
const INITIAL: Surroundings = { isInitial: true, allNetns: 0, groups: [] };
const OTHER: Surroundings = { ...INITIAL, isInitial: false };

test.each<[string | null, Surroundings, string]>([
  [null, INITIAL, "nowhere (no logger is bound)"],
  ["nf_log_ipv4", INITIAL, "kernel log (dmesg)"],
  ["nf_log_ipv4", OTHER, "nowhere (nf_log_all_netns is 0)"],
  ["nf_log_ipv4", { ...OTHER, allNetns: 2 }, "kernel log (dmesg of the initial namespace)"],
  ["nf_log_ipv4", { ...OTHER, allNetns: undefined }, "unknown (nf_log_all_netns cannot be read here)"],
  ["nfnetlink_log", INITIAL, "nowhere (nobody reads group 0)"],
  ["nfnetlink_log", { ...OTHER, groups: [{ ...ULOGD, group: 5 }] }, "nowhere (nobody reads group 0)"],
  ["nfnetlink_log", { ...OTHER, groups: [ULOGD] }, "group 0 (ulogd (pid 812, ulogd2.service))"],
  [
    "nfnetlink_log",
    { ...INITIAL, groups: [{ ...GROUP, listeners: [] }] },
    "group 0 (read by a process that cannot be seen from here (port id 7))",
  ],
  ["nfnetlink_log", { ...INITIAL, groups: undefined }, "unknown (only root sees whether anybody reads group 0)"],
])("bound to %s, %j", (logger, surroundings, answer) => {
  const { to, why } = effectiveOf({ logger }, surroundings);
  expect(`${to} (${why})`).toBe(answer);
});
