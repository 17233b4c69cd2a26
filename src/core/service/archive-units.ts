import type { ArchiveDocument, PlaceDocument } from "../archive/schema.ts";
import { directoryFile } from "./service-files.ts";
import { commandLine, NOTHING_ELSE, pathWords, type Service, type Unit, unitPath } from "./unit.ts";

const SERVICE = "netlogctl-archive.service";
const TIMER = "netlogctl-archive.timer";

/** What of an archive its unit has to allow. */
export interface ArchiveUnitWish {
  /** The intent. */
  readonly file: string;
  readonly archive: ArchiveDocument;
}

/**
 * The units that archive every night what machines captured and logged (systemd.timer(5)): a night on which this machine was
 * off is caught up. The service writes into the vault and the directory where files wait for it, and deletes in rings only
 * where the intent has them pruned; it reaches only what the intent names.
 * @param program the command line that starts netlogctl, word by word
 * @throws Fault for a directory that no unit can name
 */
export function archiveService(program: readonly string[], { file, archive }: ArchiveUnitWish): Service {
  const { vault, machines } = archive;
  const directory = vault.at === "here" ? vault.path : undefined;
  const vaultFiles = directory === undefined ? [] : [directoryFile("archive", { ...VAULT_RIGHTS, path: directory })];
  const text = `[Unit]
Description=Archive what was captured and logged
After=network.target netlogctl-capture.service
${directory === undefined ? "" : `RequiresMountsFor=${pathWords([directory])}\n`}
[Service]
Type=oneshot
TimeoutStartSec=20h
ExecStart=${commandLine([...program, "archive", "pull", "--file", file])}
${pruneText(program, { file, archive })}
# What it has to do: read captures and logs, reach the machines, write the archive.
${reachText(archive)}${writesText(archive)}RuntimeDirectory=netlogctl
RuntimeDirectoryPreserve=yes
StateDirectory=netlogctl
StateDirectoryMode=0750
SystemCallFilter=@system-service @pkey
SystemCallFilter=~@resources
UMask=0077

${NOTHING_ELSE}ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
${hasNamespace(machines) ? "RestrictNamespaces=net\n" : ""}`;
  const unit = { name: SERVICE, path: unitPath(SERVICE), text };
  return { files: [unit, timer(), ...vaultFiles], enabled: TIMER, notes: ownCommandNotes(archive) };
}

const VAULT_RIGHTS = { mode: "0700", user: "root", group: "root" } as const;

/**
 * The vault is kept as small and as young as the intent has it, also after a night in which a machine was not reached:
 * archive pull ends with 1 then, and only ExecStopPost= runs nevertheless. What is cut off, the next night goes on with.
 */
function pruneText(program: readonly string[], { file, archive }: ArchiveUnitWish): string {
  if (archive.keep === undefined && archive["max-size"] === undefined) return "";
  return `ExecStopPost=${commandLine([...program, "archive", "prune", "--file", file])}\nTimeoutStopSec=5min\n`;
}

/** What a command of one's own needs, nobody here knows. */
function ownCommandNotes({ vault, machines }: ArchiveDocument): string[] {
  const places = [
    ["the vault", vault.at] as const,
    ...Object.entries(machines).map(([name, { at }]) => [name, at] as const),
  ];
  return places.flatMap(([name, at]) =>
    typeof at === "string"
      ? []
      : [
          `${name} is reached by a command of your own (${at.exec[0]}): what it needs beyond what ${SERVICE} allows, such as a capability or a namespace, a drop-in has to allow: systemctl edit ${SERVICE}`,
        ],
  );
}

function timer(): Unit {
  const text = `[Unit]
Description=Archive what was captured and logged, every night

[Timer]
OnCalendar=*-*-* 03:35:00
Persistent=true
RandomizedDelaySec=10min

[Install]
WantedBy=timers.target
`;
  return { name: TIMER, path: unitPath(TIMER), text };
}

/** A command of one's own may reach anything. */
function reachText({ vault, machines }: ArchiveDocument): string {
  const places = [vault.at, ...Object.values(machines).map(({ at }) => at)];
  const begin = (word: string): boolean => places.some((place) => typeof place === "string" && place.startsWith(word));
  const hasNetwork = begin("ssh:") || places.some((place) => typeof place !== "string");
  // A ring belongs to the user of the service that captures.
  const files = prunedRings(machines).length === 0 ? "CAP_DAC_READ_SEARCH" : "CAP_DAC_OVERRIDE";
  const capabilities = [files, ...(begin("netns:") ? ["CAP_SYS_ADMIN"] : [])];
  return [
    `CapabilityBoundingSet=${capabilities.join(" ")}`,
    `RestrictAddressFamilies=AF_UNIX${hasNetwork ? " AF_NETLINK AF_INET AF_INET6" : ""}`,
    ...(hasNetwork ? [] : ["IPAddressDeny=any"]),
    ...(begin("qubes:") ? QREXEC : ["PrivateDevices=yes"]),
  ].join("\n");
}

/** qvm-run hands data over in memory that two domains share (libvchan). */
const QREXEC = ["evtchn", "gntalloc", "gntdev", "privcmd", "xenbus"].map(
  (device) => `DeviceAllow=/dev/xen/${device} rw`,
);

/** The vault, and rings of this machine that are pruned. */
function writesText({ vault, machines }: ArchiveDocument): string {
  const rings = prunedRings(machines).map((path) => `-${path}`);
  const paths = [...new Set([...(vault.at === "here" ? [vault.path] : []), ...rings])];
  return paths.length === 0 ? "\n" : `\nReadWritePaths=${pathWords(paths)}\n`;
}

function prunedRings(machines: ArchiveDocument["machines"]): string[] {
  return Object.values(machines).flatMap(({ at, captures, prune }) =>
    isLocal(at) && captures !== undefined && prune !== undefined ? [captures] : [],
  );
}

/** Said behind what nothing else needs, it adds (systemd.exec(5)): a namespace of the network is entered. */
function hasNamespace(machines: ArchiveDocument["machines"]): boolean {
  return Object.values(machines).some(({ at }) => typeof at === "string" && at.startsWith("netns:"));
}

/** A network namespace has the files of this machine. */
function isLocal(place: PlaceDocument): boolean {
  return place === "here" || (typeof place === "string" && place.startsWith("netns:"));
}
