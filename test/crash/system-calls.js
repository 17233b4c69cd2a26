// The system calls that change something, as x86_64 numbers them (linux/arch/x86/entry/syscalls/syscall_64.tbl).
import { closeSync, openSync, readlinkSync, readSync } from "node:fs";

const O_ACCMODE = 3;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;

/** Where what is written is no change: pipes and sockets to others, files in memory, what the harness itself keeps. */
const NO_CHANGE =
  /^(pipe:|anon_inode:|\/memfd:|\/dev\/(null|tty|pts|shm|urandom)|\/mnt\/crash\/|\/proc\/(self|\d+)\/|\/sys\/)/;

const named = (name, at) => ({ name, target: (call) => call.text(at) });
const held = (name) => ({ name, target: (call) => call.file(), isChange: (call) => call.file().startsWith("/") });
const opened = (name, at, flagsAt) => ({
  ...named(name, at),
  isChange: ({ args }) => (Number(args[flagsAt]) & (O_ACCMODE | O_CREAT | O_TRUNC)) !== 0,
});
const sent = (name, headOf) => ({
  name,
  target: () => "netlink",
  isChange: (call) => call.file().startsWith("socket:") && isNetlinkChange(call.bytes(headOf(call), 6)),
});

const CALLS = {
  1: held("write"),
  2: opened("open", 0, 1),
  18: held("pwrite64"),
  20: held("writev"),
  44: sent("sendto", ({ args }) => args[1]),
  // struct msghdr: its vector stands at 16, and the first word of that is where the message begins.
  46: sent("sendmsg", (call) => call.word(call.word(call.args[1] + 16n))),
  59: named("execve", 0),
  62: { name: "kill", target: ({ args }) => String(args[0]), isChange: ({ args }) => args[1] !== 0n },
  73: held("flock"),
  74: held("fsync"),
  75: held("fdatasync"),
  76: named("truncate", 0),
  77: held("ftruncate"),
  82: named("rename", 1),
  83: named("mkdir", 0),
  84: named("rmdir", 0),
  85: named("creat", 0),
  86: named("link", 1),
  87: named("unlink", 0),
  88: named("symlink", 1),
  90: named("chmod", 0),
  91: held("fchmod"),
  92: named("chown", 0),
  93: held("fchown"),
  175: { name: "init_module", target: () => "" },
  176: named("delete_module", 0),
  257: opened("openat", 1, 2),
  258: named("mkdirat", 1),
  260: named("fchownat", 1),
  263: named("unlinkat", 1),
  264: named("renameat", 3),
  265: named("linkat", 3),
  266: named("symlinkat", 2),
  268: named("fchmodat", 1),
  285: held("fallocate"),
  296: held("pwritev"),
  313: held("finit_module"),
  316: named("renameat2", 3),
};

/** What a thread that stands before a system call is about to change, "rename /etc/x"; undefined if nothing. */
export function changeOf(tid, nr, args) {
  const kind = CALLS[Number(nr)];
  if (kind === undefined) return undefined;
  const call = callOf(tid, args);
  if (kind.isChange?.(call) === false) return undefined;
  const target = kind.target(call);
  return NO_CHANGE.test(target) ? undefined : `${kind.name} ${target}`;
}

function callOf(tid, args) {
  const bytes = (address, count) => memory(tid, address, count);
  return {
    args,
    bytes,
    word: (address) => bytes(address, 8).readBigUInt64LE(),
    text: (at) => bytes(args[at], 512).toString().split("\0", 1)[0],
    file: () => linkOf(`/proc/${tid}/fd/${Number(args[0]) | 0}`),
  };
}

function linkOf(path) {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function memory(tid, address, count) {
  const bytes = Buffer.alloc(count);
  const file = openSync(`/proc/${tid}/mem`, "r");
  try {
    // A page may end behind a short text: what comes before is read.
    const tillPage = 4096 - Number(address & 4095n);
    const first = readSync(file, bytes, 0, Math.min(count, tillPage), address);
    if (first < count) readSync(file, bytes, first, count - first, address + BigInt(first));
  } catch {
    // nothing is there
  } finally {
    closeSync(file);
  }
  return bytes;
}

/** The beginning of a batch of nfnetlink, and what sets NFLOG up; a question is no change. */
function isNetlinkChange(head) {
  const type = head.readUInt16LE(4);
  const [BATCH_BEGIN, NFULNL] = [0x10, 4];
  return type === BATCH_BEGIN || type >> 8 === NFULNL;
}
