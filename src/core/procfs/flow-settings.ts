import type { FlowSetting } from "../model/flow-settings.ts";

/** How many flows are tracked in a network namespace. */
export const FLOW_COUNT_PATH = "/proc/sys/net/netfilter/nf_conntrack_count";

/** The name of a setting's file: `nf_conntrack_acct`. */
export function flowSettingFile(setting: FlowSetting): string {
  return `nf_conntrack_${setting}`;
}

/** Where the kernel keeps a setting: net/netfilter/nf_conntrack_standalone.c, nf_ct_sysctl_table. */
export function flowSettingPath(setting: FlowSetting): string {
  return `/proc/sys/net/netfilter/${flowSettingFile(setting)}`;
}
