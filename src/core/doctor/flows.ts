import { FLOW_SETTINGS, type FlowSetting } from "../model/flow-settings.ts";
import type { FlowReader } from "../model/listener.ts";
import { isObject, type Json } from "../nft/json.ts";
import type { Ruleset } from "../nft/ruleset.ts";
import { flowSettingFile } from "../procfs/flow-settings.ts";
import type { DoctorCode } from "./codes.ts";
import { type Diagnosis, diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { comment, inNetns } from "./shell.ts";

/** What those who read flow events do not get. */
export function flowDiagnoses(facts: Facts): Diagnosis[] {
  if (facts.flows.readers.length === 0) return [];
  const found = FLOW_SETTINGS.flatMap((setting) => offDiagnosis(setting, facts));
  return [...found, ...untoldEnds(facts), ...untracked(facts)];
}

interface Lack {
  readonly code: DoctorCode;
  readonly what: string;
  readonly remark: string;
}

/** Only DESTROY tells counters, start and end: nf_conntrack_netlink.c, ctnetlink_conntrack_event(). */
const LACKS: Readonly<Partial<Record<FlowSetting, Lack>>> = {
  events: {
    code: "flow-events-off",
    what: "no event ever comes",
    remark: "flows that are tracked already tell nothing, not even their end",
  },
  acct: {
    code: "flow-counters-off",
    what: "flows lack bytes and packets",
    remark: "flows that are tracked already have no counters until they end",
  },
  timestamp: {
    code: "flow-times-off",
    what: "flows lack start, end and duration",
    remark: "flows that are tracked already have no start until they end",
  },
};

function offDiagnosis(setting: FlowSetting, { machine, flows, ruleset, netns }: Facts): Diagnosis[] {
  const lack = LACKS[setting];
  if (lack === undefined || machine.flows[setting] !== 0) return [];
  const isAsked = setting === "events" && ruleset !== undefined && someExpression(ruleset, asksForEvents);
  const readers =
    setting === "events" ? flows.readers : flows.readers.filter(({ events }) => events.includes("DESTROY"));
  if (readers.length === 0 || isAsked) return [];

  const file = flowSettingFile(setting);
  const remedy = [comment(`${lack.remark}:`), `netlogctl flows set ${setting}=on${inNetns(netns).option}`];
  return [diagnosis(lack.code, `${file} is 0: ${lack.what}; ${readersText(readers)}`, remedy, [file])];
}

/** Events only for flows that began while somebody listened. */
const AUTO = 2;

function untoldEnds({ machine, flows, netns }: Facts): Diagnosis[] {
  const readers = flows.readers.filter(({ events }) => events.includes("DESTROY"));
  if (machine.flows.events !== AUTO || readers.length === 0) return [];
  const file = flowSettingFile("events");
  const message = `${file} is 2: flows that began while nobody listened lack an end; ${readersText(readers)}`;
  const remedy = [
    comment(
      "netlogctl's own readers find such ends in the kernel's table; for others, of flows that begin from now on:",
    ),
    `netlogctl flows set events=on${inNetns(netns).option}`,
  ];
  return [diagnosis("flow-ends-untold", message, remedy, [file])];
}

/** Nothing is tracked where no rule needs it: the first one that does has conntrack look at packets (nf_ct_netns_get). */
function untracked({ flows: { readers, tracked }, ruleset, netns }: Facts): Diagnosis[] {
  if (ruleset === undefined || tracked !== 0 || someExpression(ruleset, needsConntrack)) return [];
  const message = `no rule has conntrack look at packets, and no flow is tracked; ${readersText(readers)}`;
  const remedy = [
    comment("unless iptables-legacy, tc or Open vSwitch track flows here: a rule that only counts has them tracked"),
    `${inNetns(netns).enter}nft 'table inet track { chain look { type filter hook prerouting priority 0; ct state new counter; }; }'`,
  ];
  return [diagnosis("flow-untracked", message, remedy, [])];
}

/** `flow events are read by conntrackd (pid 812), ulogd (pid 9)`. */
function readersText(readers: readonly FlowReader[]): string {
  const names = readers.flatMap(({ listeners, portId }) =>
    listeners.length === 0
      ? [`a process that cannot be seen from here (port id ${portId})`]
      : listeners.map(({ program, pid, unit }) => `${program} (pid ${pid}${unit === null ? "" : `, ${unit}`})`),
  );
  return `flow events are read by ${[...new Set(names)].join(", ")}`;
}

/** Whether some rule has a part of which this holds, however deep. */
function someExpression({ tables }: Ruleset, holds: (key: string, value: Json) => boolean): boolean {
  const isIn = (value: Json): boolean => {
    if (Array.isArray(value)) return value.some(isIn);
    return isObject(value) && Object.entries(value).some(([key, member]) => holds(key, member) || isIn(member));
  };
  return [...tables.values()].some(({ chains }) =>
    [...chains.values()].some(({ rules }) => rules.some((rule) => isIn(rule["expr"] ?? null))),
  );
}

/** What takes conntrack for its family when it is made; of a target or match of iptables nft does not tell. */
const NEEDING = new Set([
  ...["ct", "ct helper", "ct timeout", "ct expectation", "ct count"],
  ...["snat", "dnat", "masquerade", "redirect", "synproxy", "flow", "xt"],
]);

function needsConntrack(key: string): boolean {
  return NEEDING.has(key);
}

function asksForEvents(key: string, value: Json): boolean {
  return key === "ct" && isObject(value) && value["key"] === "event";
}
