import { Fault } from "../model/fault.ts";
import { USER } from "../model/service.ts";
import { isOwnDirectory } from "../serve/quantities.ts";
import { SOCKET_DIRECTORY, STATE_DIRECTORY } from "../serve/schema.ts";
import { directoryFile, userFile, userText } from "./service-files.ts";
import { commandLine, NOTHING_ELSE, pathWords, type Service, type Unit, unitPath } from "./unit.ts";

const NAME = "netlogctl-serve.service";

/** What of a log service its unit has to allow. */
export interface ServeUnitWish {
  /** The intent; undefined: the usual one. */
  readonly file: string | undefined;
  readonly hasKernelLog: boolean;
  /** Its socket, and the group that this belongs to, if that is another than the service's. */
  readonly bus: { readonly socket: string; readonly group?: string | undefined };
  /** The file of its store, if it has one. */
  readonly store: string | undefined;
  /** Where Prometheus finds figures: a path, or an address and a port. */
  readonly metrics: string | undefined;
}

/**
 * The unit that runs the log service (systemd.service(5), systemd.exec(5)) as a user of its own: it is up once it tells packets,
 * is read again by systemctl reload, and is started anew if it fails or does not answer. It writes into directories that are
 * its alone: what root obeys stands elsewhere.
 * @param program the command line that starts netlogctl, word by word
 * @throws Fault for a path that no directory of its own can have
 */
export function serveService(program: readonly string[], wish: ServeUnitWish): Service {
  const { file, hasKernelLog, bus, metrics } = wish;
  const words = [...program, "serve", ...(file === undefined ? [] : ["--file", file])];
  const capabilities = ["CAP_NET_ADMIN", ...(hasKernelLog ? ["CAP_SYSLOG"] : [])];
  const groups = bus.group === undefined || bus.group === USER ? [] : [bus.group];
  const others = otherDirectories(wish);
  const writes = others.flatMap(({ directory }) => directory?.path ?? []);
  const text = `[Unit]
Description=Tell and store what netfilter logs
After=netlogctl-restore.service nftables.service

[Service]
Type=notify
NotifyAccess=main
WatchdogSec=30s
ExecStart=${commandLine(words)}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=5s

# What it has to do: read netlink sockets and list rules, hand its socket to a group, keep its state.
${userText(capabilities, groups)}RuntimeDirectory=${SOCKET_DIRECTORY.slice("/run/".length)}
StateDirectory=${STATE_DIRECTORY.slice("/var/lib/".length)}
StateDirectoryMode=0750
${writes.length === 0 ? "" : `ReadWritePaths=${pathWords(writes)}\n`}SystemCallFilter=@system-service @pkey
SystemCallFilter=~@resources
UMask=0027
${networkText(metrics)}${hasKernelLog ? KERNEL_LOG : NO_KERNEL_LOG}
${NOTHING_ELSE}ProtectKernelModules=yes
ProtectKernelTunables=yes

[Install]
WantedBy=multi-user.target
`;
  return { files: [{ name: NAME, path: unitPath(NAME), text }, userFile(), ...others], enabled: NAME, notes: [] };
}

/** The directories of its socket, its figures and its store where they are others than the usual ones. @throws Fault */
function otherDirectories({ bus, store, metrics }: ServeUnitWish): Unit[] {
  const places = [
    ["bus", "serve.bus.socket", bus.socket, "0755"],
    ["metrics", "serve.metrics", metrics, "0755"],
    ["store", "serve.store.file", store, "0750"],
  ] as const;
  const found = new Map<string, Unit>();
  for (const [service, key, file, mode] of places) {
    if (file === undefined || !file.startsWith("/")) continue;
    const path = file.slice(0, file.lastIndexOf("/"));
    if (path === SOCKET_DIRECTORY || path === STATE_DIRECTORY || found.has(path)) continue;
    if (!isOwnDirectory(path) || isOfRoot(path)) throw notItsOwn(key, file);
    found.set(path, directoryFile(service, { path, mode, user: USER, group: USER }));
  }
  return [...found.values()];
}

/** Where root keeps what it obeys. */
function isOfRoot(path: string): boolean {
  return /^\/(?:run|var\/lib)\/netlogctl(?:\/|$)/.test(path);
}

function notItsOwn(key: string, file: string): Fault {
  const remedy = `name a file in a directory that holds nothing else, such as ${SOCKET_DIRECTORY} or ${STATE_DIRECTORY}`;
  return new Fault(
    "bad-input",
    `${key}: the service's user cannot have the directory of ${file}: it is the system's`,
    remedy,
  );
}

const KERNEL_LOG = `DeviceAllow=/dev/kmsg r
ProtectKernelLogs=no
`;

/** A device of one's own would be none. */
const NO_KERNEL_LOG = `PrivateDevices=yes
ProtectKernelLogs=yes
`;

/** Figures at a port are for this machine, unless another address is listened at. */
function networkText(metrics: string | undefined): string {
  const families = "RestrictAddressFamilies=AF_UNIX AF_NETLINK";
  if (metrics === undefined || metrics.startsWith("/")) return `${families}\nIPAddressDeny=any\n`;
  const isLocal = /^(?:127\.|\[::1\]|localhost:)/.test(metrics);
  return `${families} AF_INET AF_INET6\n${isLocal ? "IPAddressDeny=any\nIPAddressAllow=localhost\n" : ""}`;
}
