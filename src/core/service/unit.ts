import { Fault } from "../model/fault.ts";

/** A unit of systemd or another file that it reads, and where it is installed. */
export interface Unit {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** The directory that it describes, if it is one of tmpfiles.d(5). */
  readonly directory?: KeptDirectory;
}

/** A directory that a service keeps things in. */
export interface KeptDirectory {
  readonly path: string;
  /** As chmod(1) has it: four digits. */
  readonly mode: string;
  readonly user: string;
  readonly group: string;
}

/** All that a service is installed as. */
export interface Service {
  /** What runs comes first. */
  readonly files: readonly [Unit, ...Unit[]];
  /** The unit that is enabled: of a service that a timer starts, the timer. */
  readonly enabled: string;
  /** What its sandbox keeps from it that somebody has to allow. */
  readonly notes: readonly string[];
}

/** Where a unit of this name is installed. */
export function unitPath(name: string): string {
  return `/etc/systemd/system/${name}`;
}

/** By these another's code comes into Node or a program that it starts, whoever sets them for all units (node(1), ld.so(8)). */
const CODE_VARIABLES =
  "NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE NODE_EXTRA_CA_CERTS LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT OPENSSL_CONF";

/** Where a distribution's package installs the same file: what stands below /etc goes over it (systemd.unit(5)). */
export function packagedPath(path: string): string {
  return path.replace(/^\/etc\//, "/usr/lib/");
}

/** What no unit of ours needs (systemd.exec(5)); what one needs, it says itself. */
export const NOTHING_ELSE = `# Nothing else.
DevicePolicy=closed
Environment=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
KeyringMode=private
LockPersonality=yes
NoNewPrivileges=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=read-only
ProtectHostname=yes
ProtectSystem=strict
RemoveIPC=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
UnsetEnvironment=${CODE_VARIABLES}
`;

/** The value of ExecStart=, of a command line word by word. @throws Fault for a word that no unit can hold */
export function commandLine(words: readonly string[]): string {
  return words.map(unitWord).join(" ");
}

/** The value of ReadWritePaths= and others that take paths. @throws Fault for a path that no unit can name */
export function pathWords(paths: readonly string[]): string {
  return paths.map(pathWord).join(" ");
}

/** A path as systemd.exec(5) and tmpfiles.d(5) read it: quoted, and nothing in it expanded. @throws Fault */
export function pathWord(path: string): string {
  if (/["'\\\p{Cc}]/u.test(path)) {
    const remedy = "name a directory without quotes, backslashes and control characters";
    throw new Fault("bad-input", `a unit of systemd cannot name ${JSON.stringify(path)}`, remedy);
  }
  const literal = path.replaceAll("%", "%%");
  return literal.includes(" ") ? `"${literal}"` : literal;
}

/** A word as systemd.service(5) reads it: quoted, and nothing in it expanded. */
function unitWord(word: string): string {
  if (/\p{Cc}/u.test(word)) {
    const remedy = "name a file without control characters";
    throw new Fault("bad-input", `a unit of systemd cannot hold ${JSON.stringify(word)}`, remedy);
  }
  const literal = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w./@:+-]+$/.test(literal) ? literal : `"${literal}"`;
}
