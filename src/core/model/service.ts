/** The user that services run as, and the group of those who may read captures, and the bus where its socket is theirs. */
export const USER = "netlogctl";

/** Where the machine is told of them (sysusers.d(5)). */
export const USER_PATH = "/etc/sysusers.d/netlogctl.conf";

/** Who may connect to a Unix socket. */
export interface SocketRights {
  readonly mode: number;
  /** undefined: the group of whoever listens. */
  readonly gid: number | undefined;
}

/** A server that listens. */
export interface ListeningServer {
  /** Ends it, and takes its socket away. */
  close(): void;
}

/** Tells the service manager how this service is (sd_notify(3)); without one nothing is told. */
export interface Notify {
  /** Lines such as READY=1, STATUS=... */
  (...lines: string[]): void;
  /** How often it wants to hear that the service lives, in milliseconds; undefined: never. */
  readonly watchdogMs: number | undefined;
}
