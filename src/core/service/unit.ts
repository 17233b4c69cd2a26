/** A unit of systemd, and where it is installed. */
export interface Unit {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** Where a unit of this name is installed. */
export function unitPath(name: string): string {
  return `/etc/systemd/system/${name}`;
}

/** What no unit of ours needs (systemd.exec(5)); what one needs, it says itself. */
export const NOTHING_ELSE = `# Nothing else.
DevicePolicy=closed
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
`;

/** The value of ExecStart=, of a command line word by word. */
export function commandLine(words: readonly string[]): string {
  return words.map(unitWord).join(" ");
}

/** A word as systemd.service(5) reads it: quoted, and nothing in it expanded. */
function unitWord(word: string): string {
  const literal = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w./@:+-]+$/.test(literal) ? literal : `"${literal}"`;
}
