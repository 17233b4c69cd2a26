import { fstatSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { UntrustedError } from "../core/model/host.ts";

/** Users of the system (login.defs(5)): root, and those that services run as. */
const SYSTEM_USER_MAX = 999;

/** The user of what belongs to nobody in this user namespace (user_namespaces(7)). */
export const OVERFLOW_USER = 65_534;

const OTHERS_WRITE = 0o002;
const GROUP_WRITES = 0o020;
/** In such a directory only its owner and a file's own may rename and remove (inode(7)). */
const STICKY = 0o1000;

/** Where netlogctl keeps what it obeys; what stands there is looked at before it is read, whoever names it. */
const OBEYED = /^\/(?:(?:etc\/(?:netns\/[^/]+\/)?|run\/|var\/lib\/)netlogctl\/|etc\/modules-load\.d\/netlogctl\.conf$)/;

/** Whether what stands at a path decides what netlogctl does. */
export function isObeyedPath(path: string): boolean {
  return OBEYED.test(path);
}

/**
 * Refuses an open file that others may change than root and who runs netlogctl: it is asked by its descriptor where it stands, so
 * that no link can lead elsewhere in between; a pipe or a terminal, whose it is. An ordinary user obeys whom they like.
 * @throws UntrustedError
 */
export function refuseUntrusted(file: number, path: string): void {
  if (!isPrivileged()) return;
  const stats = fstatSync(file);
  const real = readlinkSync(`/proc/self/fd/${file}`);
  const isNamed = real.startsWith("/") && (stats.isFile() || stats.isFIFO());
  const found = isNamed ? (reasonAgainst(stats) ?? reasonOnTheWay(real)) : reasonAgainstOwner(stats);
  if (found !== undefined) throw new UntrustedError(path, { ...found, place: found.place ?? real });
}

/** Whether nobody but root and who runs netlogctl can change what a directory holds, nor lead elsewhere on the way to it. */
export function isTrustedDirectory(path: string): boolean {
  return trustedDirectory(path) !== undefined;
}

/** Such a directory without the links that led to it; undefined where it is none. */
export function trustedDirectory(path: string): string | undefined {
  if (!isPrivileged()) return path;
  try {
    const real = realpathSync(path);
    return reasonOnTheWay(`${real}/x`) === undefined ? real : undefined;
  } catch {
    return undefined; // what is not there holds nothing
  }
}

interface Reason {
  readonly place?: string;
  readonly why: string;
  readonly remedy: string;
}

/** Each directory up to the root: who can write in one can put another in the place of what stands there. */
function reasonOnTheWay(path: string): Reason | undefined {
  for (let place = dirname(path); ; place = dirname(place)) {
    const found = reasonAgainst(statSync(place));
    if (found !== undefined) return { ...found, place };
    if (place === "/") return undefined;
  }
}

function reasonAgainstOwner({ uid }: Stats): Reason | undefined {
  return isTrustedUser(uid) ? undefined : { why: `it belongs to the user ${uid}`, remedy: "chown root" };
}

function reasonAgainst(stats: Stats): Reason | undefined {
  const found = reasonAgainstOwner(stats);
  if (found !== undefined) return found;
  if (stats.isDirectory() && (stats.mode & STICKY) !== 0) return undefined;
  if ((stats.mode & OTHERS_WRITE) !== 0) return { why: "everybody may write it", remedy: "chmod o-w" };
  if ((stats.mode & GROUP_WRITES) === 0 || isTrustedGroup(stats.gid)) return undefined;
  return { why: `the group ${stats.gid} may write it`, remedy: "chmod g-w" };
}

function isPrivileged(): boolean {
  return (process.geteuid?.() ?? 0) <= SYSTEM_USER_MAX;
}

/** Whether it is root, who runs this, or who ran sudo(8) to do so: they could do it themselves. Whoever it is, to an ordinary user. */
export function isTrustedUser(uid: number): boolean {
  if (!isPrivileged()) return true;
  if (uid === 0 || uid === process.geteuid?.() || uid === callerOf("SUDO_UID")) return true;
  return uid === OVERFLOW_USER && !isMapped(uid);
}

/** Many systems give each user a group of their own, which may write. */
function isTrustedGroup(gid: number): boolean {
  return gid === 0 || gid === process.getegid?.() || gid === callerOf("SUDO_GID");
}

function callerOf(name: "SUDO_UID" | "SUDO_GID"): number | undefined {
  const value = process.env[name];
  return process.geteuid?.() === 0 && value !== undefined && /^[0-9]+$/.test(value) ? Number(value) : undefined;
}

/** Whether a number is that of a user in this user namespace, not that of all whom it does not know. */
function isMapped(uid: number): boolean {
  const rows = readFileSync("/proc/self/uid_map", "latin1").trim().split("\n");
  return rows.some((row) => {
    const [first = 0, , count = 0] = row.trim().split(/\s+/).map(Number);
    return uid >= first && uid < first + count;
  });
}
