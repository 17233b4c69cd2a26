import type { LogView } from "../lint/rule-view.ts";
import type { NflogGroup } from "../model/listener.ts";

/** How packets come to the reader of a group: what the rule asks, and what the kernel shows of the reader. */
export interface Copying {
  /** The rule's own; null where it says none. */
  readonly snaplenBytes: number | null;
  /**
   * The rule's own: it can only lower the reader's threshold, of which the kernel shows nothing. null where it says none:
   * packets wait for the reader's own number of them, 100 unless it asked for another.
   */
  readonly queueThreshold: number | null;
  /** What is copied of a packet at most: the lesser of the reader's copy range and snaplen; null where no reader is known. */
  readonly copiedBytes: number | null;
  /** How long a batch may wait for more; null where no reader is known. */
  readonly flushTimeoutMs: number | null;
}

type Fields = Pick<Copying, "snaplenBytes" | "queueThreshold">;

/** What the kernel's own messages ask for (default_loginfo in net/netfilter/nfnetlink_log.c): no batches. */
export const KERNEL_FIELDS: Fields = { snaplenBytes: null, queueThreshold: 1 };

const NO_FIELDS: Fields = { snaplenBytes: null, queueThreshold: null };

/** What a log statement asks for: the kernel keeps such fields only beside a group. */
export function fieldsOf(log: Pick<LogView, "to" | "fields">): Fields {
  if (log.to !== "group") return NO_FIELDS;
  const { snaplen, "queue-threshold": threshold } = log.fields;
  return {
    snaplenBytes: typeof snaplen === "number" ? snaplen : null,
    queueThreshold: typeof threshold === "number" ? threshold : null,
  };
}

/** @param to where the lines end up */
export function copyingOf(to: string, fields: Fields | undefined, groups: readonly NflogGroup[] | undefined): Copying {
  const { snaplenBytes, queueThreshold } = fields ?? NO_FIELDS;
  const reader = to.startsWith("group ") ? groups?.find(({ group }) => to === `group ${group}`) : undefined;
  return {
    snaplenBytes,
    queueThreshold,
    copiedBytes: reader === undefined ? null : copiedOf(reader, snaplenBytes ?? Number.POSITIVE_INFINITY),
    flushTimeoutMs: reader === undefined ? null : reader.flushTimeoutCs * 10,
  };
}

/** Modes none and meta copy nothing of the packet itself. */
function copiedOf({ copyMode, copyRangeBytes }: NflogGroup, snaplenBytes: number): number | null {
  if (copyMode === "unknown") return null;
  return copyMode === "packet" ? Math.min(copyRangeBytes, snaplenBytes) : 0;
}
