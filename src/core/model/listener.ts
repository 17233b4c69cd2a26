/** An NFLOG group that some socket has bound. */
export interface NflogInstance {
  readonly group: number;
  /** The netlink port id of the socket that bound it: often, not always, a process id. */
  readonly portId: number;
  /** Packets that wait in the kernel's batch. */
  readonly queued: number;
  readonly copyMode: "none" | "meta" | "packet" | "unknown";
  /** Bytes of each packet that are copied at most. */
  readonly copyRangeBytes: number;
  /** How long a batch may wait, in hundredths of a second. */
  readonly flushTimeoutCs: number;
}

/** A process that holds a socket. */
export interface Listener {
  readonly pid: number;
  readonly program: string;
  /** The systemd unit that it runs in, if any. */
  readonly unit: string | null;
}

/** What conntrack tells of a flow: that it began, that it changed, that it ended. */
export type FlowEventKind = "NEW" | "UPDATE" | "DESTROY";

/** A socket that reads flow events, and who holds it: nobody where the processes cannot be seen. */
export interface FlowReader {
  readonly portId: number;
  readonly events: readonly FlowEventKind[];
  readonly listeners: readonly Listener[];
}

/** An NFLOG group in use and who listens on it: none where the processes cannot be seen. */
export interface NflogGroup extends NflogInstance {
  readonly listeners: readonly Listener[];
}
