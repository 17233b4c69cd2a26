import { GROUP } from "../model/service.ts";
import { groupFile } from "./service-files.ts";
import { commandLine, NOTHING_ELSE, type Service, unitPath } from "./unit.ts";

const NAME = "netlogctl-serve.service";

/** What of a log service its unit has to allow. */
export interface ServeUnitWish {
  /** The intent; undefined: the usual one. */
  readonly file: string | undefined;
  readonly hasKernelLog: boolean;
  /** The group that its socket belongs to, if that is another than root's. */
  readonly group: string | undefined;
  /** Where Prometheus finds figures: a path, or an address and a port. */
  readonly metrics: string | undefined;
}

/**
 * The unit that runs the log service (systemd.service(5), systemd.exec(5)): it is up once it tells packets, is read again by
 * systemctl reload, and is started anew if it fails or does not answer. The group netlogctl is made with it if the socket is its.
 * @param program the command line that starts netlogctl, word by word
 */
export function serveService(
  program: readonly string[],
  { file, hasKernelLog, group, metrics }: ServeUnitWish,
): Service {
  const words = [...program, "serve", ...(file === undefined ? [] : ["--file", file])];
  const more = [...(group !== undefined ? ["CAP_CHOWN"] : []), ...(hasKernelLog ? ["CAP_SYSLOG"] : [])];
  const capabilities = ["CAP_NET_ADMIN", ...more];
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
CapabilityBoundingSet=${capabilities.join(" ")}
RuntimeDirectory=netlogctl
RuntimeDirectoryPreserve=yes
StateDirectory=netlogctl
StateDirectoryMode=0750
SystemCallFilter=@system-service @pkey
SystemCallFilter=~@resources
UMask=0027
${networkText(metrics)}${hasKernelLog ? KERNEL_LOG : NO_KERNEL_LOG}
${NOTHING_ELSE}ProtectKernelModules=yes
ProtectKernelTunables=yes

[Install]
WantedBy=multi-user.target
`;
  const unit = { name: NAME, path: unitPath(NAME), text };
  return { files: [unit, ...(group === GROUP ? [groupFile()] : [])], enabled: NAME, notes: [] };
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
