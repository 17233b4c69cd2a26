// Runs a program and everything that it starts under ptrace(2), stopped before each system call that changes something:
// what is done there happens exactly there, whichever thread or process makes the call.
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { constants } from "node:os";
import koffi from "koffi";
import { changeOf } from "./system-calls.js";

if (process.arch !== "x64") throw new Error("the numbers of system calls are known for x86_64 only");

const libc = koffi.load(null);
const ptrace = libc.func("long ptrace(long, long, long, long)");
const ptraceInto = libc.func("ptrace", "long", ["long", "long", "long", "void *"]);
const waitpid = libc.func("int waitpid(int, void *, int)");
const posixSpawn = libc.func("int posix_spawn(void *, const char *, void *, void *, const char **, const char **)");

const [DETACH, SYSCALL] = [17, 24];
const [POKEUSER, EVENTMSG, SEIZE, INTERRUPT, LISTEN, SYSCALL_INFO] = [6, 0x4201, 0x4206, 0x4207, 0x4208, 0x420e];
// SYSGOOD, FORK, VFORK, CLONE, EXEC, EXITKILL
const OPTIONS = 0x10001f;
const SYSCALL_STOP = constants.signals.SIGTRAP | 0x80;
const EVENT_STOP = 128;
const WALL = 0x40000000;
const STOPPING = ["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"].map((name) => constants.signals[name]);
/** Where struct user_regs_struct keeps them. */
const [RAX, ORIG_RAX] = [10 * 8, 15 * 8];

/**
 * @param argv what is run, its output goes to the files `out` and `err`
 * @param decide is handed each change and its number from 1 on, and answers what is to happen: nothing, or
 *   { kill: "main" | "all" | "caller" }, or { errno: "ENOSPC" } instead of the call
 * @param begun is handed the main process before it runs
 * @returns { code, signal, changes } of the main process; what it left behind runs on, untraced
 */
export function trace(argv, { out, err, gate, decide, begun }) {
  // Kept open, and for reading as well: neither side waits for the other to open it.
  const opened = openSync(gate, "r+");
  const main = start(argv, out, err, gate);
  begun?.(main);
  writeSync(opened, "\n");
  const state = { main, decide, changes: [], entered: new Map(), groups: new Map(), isOver: false, end: undefined };
  const tracees = new Set([main]);
  const status = Buffer.alloc(4);
  while (tracees.size > 0) {
    const tid = waitpid(-1, status, WALL);
    if (tid < 0) break;
    handle(state, tracees, tid, status.readInt32LE());
  }
  closeSync(opened);
  return { ...state.end, changes: state.changes };
}

/** It waits at the gate until it is traced. */
function start(argv, out, err, gate) {
  const script = 'read go < "$1"; out=$2; err=$3; shift 3; exec "$@" < /dev/null > "$out" 2> "$err"';
  const pid = Buffer.alloc(4);
  const env = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
  const words = ["sh", "-c", script, "sh", gate, out, err, ...argv];
  if (posixSpawn(pid, "/bin/sh", null, null, [...words, null], [...env, null]) !== 0) throw new Error("posix_spawn");
  const main = pid.readInt32LE();
  if (ptrace(SEIZE, main, 0, OPTIONS) < 0) throw new Error("ptrace: it cannot be traced");
  return main;
}

function handle(state, tracees, tid, status) {
  const signal = status & 0x7f;
  if (signal !== 0x7f) {
    tracees.delete(tid);
    state.entered.delete(tid);
    if (tid !== state.main) return;
    state.end = signal === 0 ? { code: (status >> 8) & 0xff } : { code: 128 + signal, signal };
    return letGo(state, tracees);
  }
  tracees.add(tid);
  if (state.isOver && groupOf(state, tid) !== state.main) {
    tracees.delete(tid);
    ptrace(DETACH, tid, 0, passedOn(status));
  } else stopped(state, tracees, tid, status);
}

function stopped(state, tracees, tid, status) {
  const [stop, event] = [(status >> 8) & 0xff, status >> 16];
  if (stop === SYSCALL_STOP) return atCall(state, tracees, tid);
  if (event === EVENT_STOP && STOPPING.includes(stop)) return void ptrace(LISTEN, tid, 0, 0);
  if (event > 0 && event < 4) announce(tracees, tid);
  if (event === 4) state.entered.clear(); // execve(2) ends the other threads
  ptrace(SYSCALL, tid, 0, passedOn(status));
}

/** A stop of ours is not for the program; a signal is. */
function passedOn(status) {
  const [stop, event] = [(status >> 8) & 0xff, status >> 16];
  return event !== 0 || stop === SYSCALL_STOP ? 0 : stop;
}

/** A new thread or process: it is waited for, even if it does not stop at once. */
function announce(tracees, tid) {
  const id = Buffer.alloc(8);
  if (ptraceInto(EVENTMSG, tid, 0, id) === 0) tracees.add(Number(id.readBigUInt64LE()));
}

function atCall(state, tracees, tid) {
  const info = Buffer.alloc(88);
  const size = ptraceInto(SYSCALL_INFO, tid, info.length, info);
  const [ENTRY, EXIT] = [1, 2];
  if (size > 0 && info[0] === ENTRY) return atEntry(state, tracees, tid, info);
  const errno = state.entered.get(tid);
  if (size > 0 && info[0] === EXIT && errno !== undefined) {
    state.entered.delete(tid);
    ptrace(POKEUSER, tid, RAX, -errno);
  }
  ptrace(SYSCALL, tid, 0, 0);
}

function atEntry(state, tracees, tid, info) {
  const args = Array.from({ length: 6 }, (_, index) => info.readBigUInt64LE(32 + 8 * index));
  const what = state.isOver ? undefined : changeOf(tid, info.readBigUInt64LE(24), args);
  if (what !== undefined) {
    const isMain = groupOf(state, tid) === state.main;
    state.changes.push(isMain ? what : `${nameOf(tid)}: ${what}`);
    act(state, tracees, tid, state.decide?.(what, state.changes.length, isMain) ?? {});
  }
  ptrace(SYSCALL, tid, 0, 0);
}

function act(state, tracees, tid, { kill, errno }) {
  if (errno !== undefined) {
    ptrace(POKEUSER, tid, ORIG_RAX, -1);
    state.entered.set(tid, constants.errno[errno]);
  }
  if (kill === "caller") process.kill(groupOf(state, tid), "SIGKILL");
  if (kill !== "main" && kill !== "all") return;
  process.kill(state.main, "SIGKILL");
  const others = kill === "all" ? [...tracees].map((other) => groupOf(state, other)) : [];
  for (const group of new Set(others)) if (group !== state.main) endQuietly(group);
  letGo(state, tracees);
}

/** From here on the others run by themselves. */
function letGo(state, tracees) {
  state.isOver = true;
  for (const tid of tracees) if (groupOf(state, tid) !== state.main) ptrace(INTERRUPT, tid, 0, 0);
}

function endQuietly(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended
  }
}

/** The process that a thread is of; it does not change. */
function groupOf(state, tid) {
  const known = state.groups.get(tid);
  if (known !== undefined) return known;
  const group = Number(/^Tgid:\s*(\d+)/m.exec(readOrNothing(`/proc/${tid}/status`))?.[1] ?? tid);
  state.groups.set(tid, group);
  return group;
}

function nameOf(tid) {
  return readOrNothing(`/proc/${tid}/comm`).trim();
}

function readOrNothing(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
