/**
 * The kernel's switches that decide what is told of flows, each a file nf_conntrack_NAME of its network namespace:
 * Documentation/networking/nf_conntrack-sysctl.rst.
 */
export const FLOW_SETTINGS = ["events", "acct", "timestamp", "log_invalid"] as const;
export type FlowSetting = (typeof FLOW_SETTINGS)[number];

/** Their values; undefined where there is no such file: nf_conntrack is not loaded, or was built without it. */
export type FlowSettings = Readonly<Record<FlowSetting, number | undefined>>;

/** The value of log_invalid that means packets of every IP protocol: IPPROTO_RAW. */
export const LOG_INVALID_ALL = 255;
