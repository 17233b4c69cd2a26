/** A network namespace: what tells it from others, and where its intent is kept. */
export interface Namespace {
  /** The number in `net:[4026531840]`. The kernel gives it again to a later namespace. */
  readonly inode: number;
  /** Tells it from a later namespace with the same inode number; 0 where the kernel shows none. */
  readonly instance: number;
  /** Its name in /run/netns, if it has one. */
  readonly name: string | null;
  /** Whether the machine's (or container's) first process lives in it; null where that cannot be read. */
  readonly isBoot: boolean | null;
  /** Whether it is the kernel's initial one, the only one that has nf_log_all_netns. */
  readonly isInitial: boolean;
}

export const RUN_DIRECTORY = "/run/netlogctl";
export const LOCK_PATH = `${RUN_DIRECTORY}/lock`;

/** What holds for this boot and this namespace: default-log.nft, journal.json. */
export function runDirectory({ inode, instance }: Namespace): string {
  return `${RUN_DIRECTORY}/${inode}-${instance}`;
}

/** What is persisted for a namespace: that of a named one stands where ip-netns(8) looks for it. */
export function configDirectory(namespace: Namespace): string | undefined {
  if (namespace.isBoot ?? namespace.isInitial) return "/etc/netlogctl";
  if (namespace.name !== null) return `/etc/netns/${namespace.name}/netlogctl`;
  return namespace.isBoot === null ? "/etc/netlogctl" : undefined;
}

/** The file that nft is handed to change the ruleset: who holds the lock of netlogctl writes it. */
export function transactionPath(namespace: Namespace): string {
  return `${runDirectory(namespace)}/transaction.json`;
}

/** A file that nft is handed to be asked only: each process has one of its own, for it needs no lock. */
export function questionPath(namespace: Namespace, pid: number): string {
  return `${runDirectory(namespace)}/question-${pid}.json`;
}

/** The process whose file that is; undefined if it is no such file. */
export function askerOf(name: string): number | undefined {
  const [, pid] = /^question-([0-9]+)\.json$/.exec(name) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

/** Where revisions of the rules are kept; of a namespace that no boot makes again, for this boot. */
export function revisionDirectory(namespace: Namespace): string {
  const configuration = configDirectory(namespace);
  if (configuration === undefined) return `${runDirectory(namespace)}/revisions`;
  return configuration === "/etc/netlogctl"
    ? "/var/lib/netlogctl/revisions"
    : `/var/lib/netlogctl/netns/${namespace.name}/revisions`;
}

export const DEFAULT_LOG_FILE = "default-log.nft";
