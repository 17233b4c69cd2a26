/** The unit that applies the persisted default log at boot. */
export const RESTORE_UNIT = "netlogctl-restore.service";
export const RESTORE_UNIT_PATH = `/etc/systemd/system/${RESTORE_UNIT}`;

/**
 * The text of the unit (systemd.unit(5), systemd.exec(5)). It runs before the network is configured and after what else
 * loads modules and writes sysctls, nftables included: a rule's autoload binds rows that are NONE.
 * @param program the command line that starts netlogctl, word by word
 */
export function renderRestoreUnit(program: readonly string[]): string {
  return `[Unit]
Description=Restore where netfilter logs go
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
After=local-fs.target systemd-modules-load.service systemd-sysctl.service nftables.service
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${[...program, "restore"].map(unitWord).join(" ")}

# What it has to do: write /proc/sys/net/netfilter/nf_log, load two modules, run nft, keep its state.
CapabilityBoundingSet=CAP_NET_ADMIN CAP_SYS_MODULE
ProtectKernelTunables=no
ProtectKernelModules=no
RuntimeDirectory=netlogctl
RuntimeDirectoryPreserve=yes
StateDirectory=netlogctl
SystemCallFilter=@system-service @module @pkey
SystemCallErrorNumber=EPERM

# Nothing else.
DevicePolicy=closed
IPAddressDeny=any
KeyringMode=private
LockPersonality=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=read-only
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
UMask=0022

[Install]
WantedBy=sysinit.target
`;
}

/** A word of ExecStart= as systemd.service(5) reads it: quoted, and nothing in it expanded. */
function unitWord(word: string): string {
  const literal = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w./@:+-]+$/.test(literal) ? literal : `"${literal}"`;
}
