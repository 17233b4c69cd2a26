import type { Surroundings } from "../explain/effective.ts";
import type { Problem } from "../explain/problems.ts";
import type { LogSite } from "../explain/sites.ts";
import type { Finding } from "../lint/finding.ts";
import type { FlowReader, NflogGroup } from "../model/listener.ts";
import type { Machine } from "../model/machine.ts";
import type { Ruleset } from "../nft/ruleset.ts";
import type { NetlinkSocket } from "../procfs/netlink.ts";
import type { JournaldSettings } from "./journald.ts";
import type { RsyslogInput } from "./rsyslog.ts";

/** All that doctor looks at, in one namespace of a machine. */
export interface Facts {
  /** The namespace, where it was asked for by name. */
  readonly netns: string | null;
  readonly machine: Machine;
  readonly surroundings: Surroundings;
  /** What status says. */
  readonly problems: readonly Problem[];
  /** undefined where it could not be read. */
  readonly ruleset: Ruleset | undefined;
  /** The file of the intent that was applied last; undefined where there was none, or it was no file. */
  readonly intentFile: string | undefined;
  /** What the linter and explain say of it. */
  readonly findings: readonly Finding[];
  readonly sites: readonly LogSite[];
  readonly readers: ReaderFacts;
  readonly flows: FlowFacts;
  readonly keepers: Keepers;
  /** Whether a program is seen that reads audit records; undefined where it was not looked for. */
  readonly hasAuditReader: boolean | undefined;
  /** What could not be seen, and why. */
  readonly unseen: readonly string[];
  /** A machine that was recorded, not the one that it runs on. */
  readonly isRecorded: boolean;
}

/** What decides whether a reader keeps up. */
export interface ReaderFacts {
  /** undefined where they could not be read. */
  readonly groups: readonly NflogGroup[] | undefined;
  readonly sockets: readonly NetlinkSocket[];
  /** The receive buffers of NETLINK_NETFILTER's sockets, by port id; those that could be read. */
  readonly bufferBytes: ReadonlyMap<number, number>;
  readonly rmemDefault: number | undefined;
  readonly rmemMax: number | undefined;
  /** LogRateLimitIntervalSec= of each reader's unit that sets it. */
  readonly unitIntervals: ReadonlyMap<string, string>;
}

/** Who reads what conntrack tells of flows. */
export interface FlowFacts {
  readonly readers: readonly FlowReader[];
  /** How many flows are tracked; undefined where it could not be read. */
  readonly tracked: number | undefined;
}

/** What a line of the kernel log meets on its way to a person. */
export interface Keepers {
  /** kernel.printk: console, default, minimum and boot-time default level; empty where it could not be read. */
  readonly printk: readonly number[];
  /** Names of the consoles that are on, such as ttyS0. */
  readonly consoles: readonly string[];
  /** kernel.printk_ratelimit (seconds) and printk_ratelimit_burst. */
  readonly ratelimit: { readonly seconds: number; readonly burst: number } | undefined;
  readonly isDmesgRestricted: boolean;
  /** The kernel's ring buffer; undefined where nothing tells. */
  readonly ringBufferBytes: number | undefined;
  /** undefined where journald does not run. */
  readonly journald: JournaldSettings | undefined;
  /** Whether there is a /var/log/journal, which Storage=auto asks for. */
  readonly hasJournalDirectory: boolean;
  /** The inputs of rsyslog that read kernel lines; undefined where there is no rsyslog. */
  readonly rsyslog: readonly RsyslogInput[] | undefined;
}
