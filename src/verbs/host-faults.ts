import { Fault, type FaultCode } from "../core/model/fault.ts";
import { type HostError, NO_PROGRAM, NOT_ENTERED, NOT_RECORDED, UntrustedError } from "../core/model/host.ts";
import { shellWord } from "../core/shell-word.ts";

const ROOT = "run it as root (CAP_NET_ADMIN), or in a network namespace of your own: unshare --map-root-user --net";

const READ_ONLY = "a container's /proc/sys and a recorded machine are read-only: run it on the host itself";

/** For each error name of the machine: the fault it is, what it says, what to do. */
const ANSWERS: Readonly<Record<string, readonly [FaultCode, string, string]>> = {
  EACCES: ["not-permitted", "permission denied (EACCES)", ROOT],
  EPERM: ["not-permitted", "operation not permitted (EPERM)", ROOT],
  EROFS: ["not-permitted", "the place is read-only (EROFS)", READ_ONLY],
  ENOENT: ["not-found", "no such file (ENOENT)", "check the path"],
  ENOTDIR: ["not-found", "a part of the path is no directory (ENOTDIR)", "check the path"],
  EISDIR: ["bad-input", "it is a directory (EISDIR)", "name a file in it"],
  EFBIG: ["bad-input", "it is longer than such a file can be (EFBIG)", "check that it is the right file"],
  EFTYPE: ["bad-input", "it is no regular file", "remove what stands there"],
  EEXIST: ["bad-input", "something else stands there (EEXIST)", "remove what stands there"],
  ENOLCK: ["refused", "flock could not take the lock", "try it by hand: flock -n PATH true"],
  ELOOP: ["bad-input", "it is a link, or leads out of the recorded machine (ELOOP)", "do not trust where it came from"],
  [NOT_RECORDED]: ["not-found", "that was not recorded", "record the machine again: netlogctl record DIR"],
  EMFILE: ["refused", "too many files are open (EMFILE)", "allow more: ulimit -n 1024"],
  ENOSPC: ["refused", "no space is left on the device (ENOSPC)", "make room, then run it again"],
  ETIMEDOUT: [
    "refused",
    "it had not ended after a minute, and was ended (ETIMEDOUT)",
    "see what it waits for, then run it again",
  ],
};

/** What is to be done there does not depend on what was being done. */
const OWN_REMEDY: ReadonlySet<string> = new Set([NOT_RECORDED, "ETIMEDOUT", "EMFILE"]);

/** The fault for what the machine said no to: what was being done, the machine's word, what to do. */
export function faultOfHost(error: HostError, doing: string, betterRemedy?: string): Fault {
  if (error.code === NOT_ENTERED) return notEntered(error, doing);
  if (error instanceof UntrustedError) return notTrusted(error, doing);
  if (error.code === NO_PROGRAM) {
    return new Fault(
      "not-found",
      `cannot ${doing}: the program ${error.path} is not installed`,
      "install util-linux, coreutils and kmod",
      { cause: error },
    );
  }

  const known = ANSWERS[error.code];
  const detail = error.cause instanceof Error && known === undefined ? ` (${error.cause.message})` : "";
  const [code, says, remedy] = known ?? ["refused", `the machine answered ${error.code}${detail}`, "see its log"];
  return new Fault(
    code,
    `cannot ${doing}: ${error.path}: ${says}`,
    OWN_REMEDY.has(error.code) ? remedy : (betterRemedy ?? remedyOfPlace(error) ?? remedy),
    { cause: error },
  );
}

/** Of files that others than the kernel keep from being written; what a recorded machine refuses has no cause. */
function remedyOfPlace({ code, path, cause }: HostError): string | undefined {
  if (!path.startsWith("/") || path.startsWith("/proc/") || cause === undefined) return undefined;
  if (code === "EROFS") return `have it mounted to be written: findmnt --target ${shellWord(path)}`;
  return code === "EACCES" ? `run it as root, or see who may write there: namei -l ${shellWord(path)}` : undefined;
}

function notTrusted(error: UntrustedError, doing: string): Fault {
  const { path, place, why, remedy } = error;
  const what = place === path ? path : `${path}: ${place}`;
  const message = `cannot ${doing}: ${what} is not to be trusted: ${why}`;
  return new Fault("not-trusted", message, `see what stands in it, then ${remedy} ${shellWord(place)}`, {
    cause: error,
  });
}

function notEntered(error: HostError, doing: string): Fault {
  const said = error.cause instanceof Error ? error.cause.message : "";
  const isDenied = /Operation not permitted|Permission denied/.test(said);
  return new Fault(
    isDenied ? "not-permitted" : "not-found",
    `cannot ${doing}: the network namespace cannot be entered: ${said}`,
    isDenied ? "run it as root (CAP_SYS_ADMIN)" : "ip netns list names those that there are",
    { cause: error },
  );
}
