import { expect } from "vitest";
import { diagnose } from "../../src/core/doctor/diagnose.ts";
import type { Diagnosis } from "../../src/core/doctor/diagnosis.ts";
import type { Facts, Keepers, ReaderFacts } from "../../src/core/doctor/facts.ts";
import { placeOf } from "../../src/core/doctor/placed.ts";
import type { Surroundings } from "../../src/core/explain/effective.ts";
import { sitesOf } from "../../src/core/explain/sites.ts";
import { lintRuleset } from "../../src/core/lint/lint.ts";
import type { NflogGroup } from "../../src/core/model/listener.ts";
import type { Binding } from "../../src/core/model/logger.ts";
import type { Machine } from "../../src/core/model/machine.ts";
import { decodeRuleset } from "../../src/core/nft/ruleset.ts";

const BOTH = ["nf_log_ipv4", "nf_log_ipv6", "nfnetlink_log"];
export const bindings = (logger: string | null, available: readonly string[] = BOTH): Binding[] => [
  { row: 2, logger, available },
  { row: 10, logger, available },
];
export const NO_FILE = { path: undefined, text: undefined, defaultLog: {} };
/** The kernel's defaults since 5.19. */
export const FLOWS = { events: 2, acct: 0, timestamp: 0, log_invalid: 0 };
export const MACHINE: Machine = {
  namespace: { inode: 1, instance: 1, name: null, isBoot: true, isInitial: true },
  bindings: bindings("nf_log_ipv4"),
  modules: [{ name: "nfnetlink_log", state: "loaded", evidence: "" }],
  allNetns: 0,
  flows: FLOWS,
  run: NO_FILE,
  persisted: NO_FILE,
};
const ULOGD = { pid: 812, program: "ulogd", unit: "ulogd2.service" };
export const GROUP: NflogGroup = {
  ...{ group: 7, portId: 812, queued: 0, copyMode: "packet", copyRangeBytes: 96, flushTimeoutCs: 100 },
  listeners: [ULOGD],
};
export const INITIAL: Surroundings = { isInitial: true, allNetns: 0, groups: [GROUP] };
export const SOCKET = { protocol: 12, portId: 812, groups: 0, waitingBytes: 0, drops: 0, inode: 9 };
export const READERS: ReaderFacts = {
  groups: [GROUP],
  sockets: [SOCKET],
  bufferBytes: new Map([[812, 8_388_608]]),
  rmemDefault: 212_992,
  rmemMax: 4_194_304,
  unitIntervals: new Map(),
};
export const KEEPERS: Keepers = {
  printk: [4, 4, 1, 7],
  consoles: ["ttyS0"],
  ratelimit: { seconds: 5, burst: 10 },
  isDmesgRestricted: false,
  ringBufferBytes: 4_194_304,
  journald: new Map(),
  hasJournalDirectory: true,
  rsyslog: undefined,
};

export interface Given extends Partial<Omit<Facts, "findings" | "sites" | "ruleset">> {
  /** The statements of each rule, at hook input of `ip t`. */
  readonly rules?: readonly (readonly object[])[];
  /** From which of them on they stand in a chain without a hook. */
  readonly lostFrom?: number;
}

/** A limit, so that the linter has nothing to say. */
export const LIMIT = { limit: { rate: 5, per: "minute", burst: 5 } };
export const log = (fields: object): object[] => [LIMIT, { log: { prefix: "a: ", ...fields } }];

/** What is found, but for the prefix that most rules share. */
export function diagnosed({ rules = [], lostFrom = rules.length, ...given }: Given): Diagnosis[] {
  const chain = { ...{ family: "ip", table: "t", name: "c" }, type: "filter", hook: "input", prio: 0 };
  const nftables = [
    ...[{ table: { family: "ip", name: "t" } }, { chain }, { chain: { family: "ip", table: "t", name: "lost" } }],
    ...rules.map((expr, handle) => {
      return { rule: { family: "ip", table: "t", chain: handle < lostFrom ? "c" : "lost", handle, expr } };
    }),
  ];
  const ruleset = decodeRuleset({ nftables }, "test");
  const machine = given.machine ?? MACHINE;
  const surroundings = given.surroundings ?? INITIAL;
  const sites = sitesOf(ruleset, machine, { ...surroundings, netns: given.netns ?? null });
  const found = diagnose({
    ...{
      netns: null,
      problems: [],
      readers: READERS,
      flows: { readers: [], tracked: undefined },
      keepers: KEEPERS,
      intentFile: undefined,
      unseen: [],
      isRecorded: false,
    },
    hasAuditReader: true,
    ...given,
    ...{ machine, surroundings, ruleset, sites: sites.filter(({ kind }) => kind === "rule") },
    findings: lintRuleset(ruleset, (_rule, at) => placeOf(at.family, at.table, at.chain, at.position)),
  });
  return found.filter(({ code }) => code !== "prefix-twice");
}

export function codes(given: Given): string[] {
  return diagnosed(given).map(({ code }) => code);
}

export function only(given: Given): Diagnosis | undefined {
  const [first, ...others] = diagnosed(given);
  expect(others.map(({ code }) => code)).toEqual([]);
  return first;
}

export const QUIET = [log({ group: 7 })];
