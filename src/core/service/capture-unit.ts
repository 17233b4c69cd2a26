import { USER } from "../model/service.ts";
import { directoryFile, userFile, userText } from "./service-files.ts";
import { commandLine, NOTHING_ELSE, pathWords, type Service, unitPath } from "./unit.ts";

const NAME = "netlogctl-capture.service";

/** What of a capture its unit has to allow. */
export interface CaptureUnitWish {
  /** The intent. */
  readonly file: string;
  /** Where the ring is. */
  readonly directory: string;
  /** Whether packets of an interface are captured: by tcpdump, which stays the user that it is started as if that is not root. */
  readonly hasInterface: boolean;
}

/**
 * The unit that captures into a ring (systemd.service(5), systemd.exec(5)): as a user of its own, which writes nowhere else; it
 * is started anew if it fails or does not answer. Who is in the group netlogctl may read the captures.
 * @param program the command line that starts netlogctl, word by word
 * @throws Fault for a directory that no unit can name
 */
export function captureService(
  program: readonly string[],
  { file, directory, hasInterface }: CaptureUnitWish,
): Service {
  const text = `[Unit]
Description=Capture packets into a ring of files
After=netlogctl-restore.service nftables.service network.target
RequiresMountsFor=${pathWords([directory])}

[Service]
Type=notify
NotifyAccess=main
WatchdogSec=30s
ExecStart=${commandLine([...program, "capture", "run", "--file", file])}
Restart=on-failure
RestartSec=5s

# What it has to do: read packets, write them into the ring.
${hasInterface ? OF_INTERFACE : OF_GROUPS}ReadWritePaths=${pathWords([directory])}
SystemCallFilter=@system-service @pkey
SystemCallFilter=~@resources
UMask=0027

${NOTHING_ELSE}IPAddressDeny=any
PrivateDevices=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes

[Install]
WantedBy=multi-user.target
`;
  // What is made in a directory with the bit of the group belongs to that group (inode(7)).
  const ring = directoryFile("capture", { path: directory, mode: "2750", user: USER, group: USER });
  return { files: [{ name: NAME, path: unitPath(NAME), text }, userFile(), ring], enabled: NAME, notes: [] };
}

const OF_GROUPS = `${userText(["CAP_NET_ADMIN"])}RestrictAddressFamilies=AF_UNIX AF_NETLINK
`;

const OF_INTERFACE = `${userText(["CAP_NET_ADMIN", "CAP_NET_RAW"])}RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_PACKET
`;
