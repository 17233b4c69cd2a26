import { FLOW_SETTINGS, type FlowSetting, type FlowSettings, LOG_INVALID_ALL } from "../model/flow-settings.ts";
import { protocolName } from "../packet/protocol-names.ts";
import { flowSettingFile } from "../procfs/flow-settings.ts";

/** A setting as found, and what comes of it. */
export interface FlowSettingRow {
  readonly setting: FlowSetting;
  /** Its name as sysctl(8) and sysctl.d(5) take it. */
  readonly sysctl: string;
  /** null where the kernel has no such file. */
  readonly value: number | null;
  /** The value in a word, as `flows set` takes it. */
  readonly meaning: string;
  /** What it means for flows that are logged. */
  readonly effect: string;
}

interface Words {
  readonly meaning: string;
  readonly effect: string;
}

/** nf_conntrack_ecache.c, nf_ct_ecache_ext_add: the mask of a rule counts whatever the switch says. */
const ASKED = "of flows that a rule asks for (ct event set)";

/** ctnetlink_conntrack_event() tells counters, start and end in DESTROY only; the time of an event since kernel 6.14. */
const MEANINGS: Readonly<Record<Exclude<FlowSetting, "log_invalid">, readonly Words[]>> = {
  events: [
    { meaning: "off", effect: `no event comes, but ${ASKED}` },
    { meaning: "on", effect: "events come of every flow" },
    { meaning: "auto", effect: `events come of flows that begin while somebody listens, and ${ASKED}` },
  ],
  acct: [
    { meaning: "off", effect: "no bytes and packets" },
    { meaning: "on", effect: "bytes and packets of both directions, when a flow ends" },
  ],
  timestamp: [
    { meaning: "off", effect: "no start, end and duration by the kernel" },
    { meaning: "on", effect: "start, end and duration by the kernel, when a flow ends" },
  ],
};

/** Each setting as it stands, in words. */
export function describeFlowSettings(settings: FlowSettings): FlowSettingRow[] {
  const isLoaded = FLOW_SETTINGS.some((setting) => settings[setting] !== undefined);
  return FLOW_SETTINGS.map((setting) => {
    const value = settings[setting] ?? null;
    const words = value === null ? absent(isLoaded) : meaningOf(setting, value);
    return { setting, sysctl: `net.netfilter.${flowSettingFile(setting)}`, value, ...words };
  });
}

function absent(isLoaded: boolean): Words {
  const effect = isLoaded ? "this kernel does not have it here" : "nf_conntrack is not loaded: no flow is tracked";
  return { meaning: "not there", effect };
}

function meaningOf(setting: FlowSetting, value: number): Words {
  const words = setting === "log_invalid" ? invalidWords(value) : MEANINGS[setting][value];
  return words ?? { meaning: "unknown", effect: "no known kernel has this value" };
}

/** Before 5.13 any number could be written: one that is no protocol's matches none. */
function invalidWords(value: number): Words {
  if (value === 0) return { meaning: "off", effect: "packets that conntrack calls invalid are not logged" };
  const isAll = value === LOG_INVALID_ALL;
  const which = isAll ? "packets" : `packets of protocol ${protocolName(value)}`;
  return {
    meaning: isAll ? "all" : protocolName(value),
    effect: `${which} that conntrack calls invalid are logged by the logger of their family (logger list)`,
  };
}

/** The value as `flows set` takes it: `on`, `auto`, `tcp`. */
export function flowSettingWord(setting: FlowSetting, value: number): string {
  const { meaning } = meaningOf(setting, value);
  return meaning === "unknown" ? String(value) : meaning;
}
