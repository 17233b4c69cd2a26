import { commandLine, NOTHING_ELSE, type Unit, unitPath } from "./unit.ts";

const NAME = "netlogctl-restore.service";
export const RESTORE_UNIT_PATH = unitPath(NAME);

/**
 * The unit that applies what is persisted at boot. It runs before the network is configured and after what else loads modules
 * and writes sysctls, nftables included: a rule's autoload binds rows that are NONE.
 * @param program the command line that starts netlogctl, word by word
 */
export function restoreUnit(program: readonly string[]): Unit {
  const text = `[Unit]
Description=Restore where netfilter logs go
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
After=local-fs.target systemd-modules-load.service systemd-sysctl.service nftables.service
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${commandLine([...program, "restore"])}

# What it has to do: write /proc/sys/net/netfilter/nf_log, load two modules, run nft, keep its state.
CapabilityBoundingSet=CAP_NET_ADMIN CAP_SYS_MODULE
ProtectKernelTunables=no
ProtectKernelModules=no
RuntimeDirectory=netlogctl
RuntimeDirectoryPreserve=yes
StateDirectory=netlogctl
SystemCallFilter=@system-service @module @pkey
RestrictAddressFamilies=AF_UNIX AF_NETLINK
UMask=0022

${NOTHING_ELSE}IPAddressDeny=any
PrivateDevices=yes
ProtectKernelLogs=yes

[Install]
WantedBy=sysinit.target
`;
  return { name: NAME, path: RESTORE_UNIT_PATH, text };
}
