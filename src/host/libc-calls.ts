import { constants } from "node:os";
import koffi from "koffi";

/** The C library that Node has loaded itself. */
const libc = koffi.load(null);

/** The calls by their names here; those of libc.ts are for everybody. */
export const c = {
  unshare: libc.func("int unshare(int)"),
  setns: libc.func("int setns(int, int)"),
  socket: libc.func("int socket(int, int, int)"),
  bind: libc.func("int bind(int, const uint8_t*, uint32_t)"),
  setsockopt: libc.func("int setsockopt(int, int, int, const uint8_t*, uint32_t)"),
  sendto: libc.func("long sendto(int, const uint8_t*, size_t, int, const uint8_t*, uint32_t)"),
  recvfrom: libc.func("long recvfrom(int, uint8_t*, size_t, int, uint8_t*, uint8_t*)"),
  recv: libc.func("long recv(int, uint8_t*, size_t, int)"),
  recvmmsg: libc.func("int recvmmsg(int, uint8_t*, unsigned int, int, void*)"),
  poll: libc.func("int poll(uint8_t*, unsigned long, int)"),
  prctl: libc.func("int prctl(int, unsigned long)"),
  ioctl: libc.func("int ioctl(int, unsigned long, uint8_t*)"),
  syncFileRange: libc.func("int sync_file_range(int, int64_t, int64_t, unsigned int)"),
  lseek: libc.func("int64_t lseek(int, int64_t, int)"),
  memfdCreate: libc.func("int memfd_create(const char*, unsigned int)"),
  getsockopt: libc.func("int getsockopt(int, int, int, uint8_t*, uint8_t*)"),
  getsockname: libc.func("int getsockname(int, uint8_t*, uint8_t*)"),
  eventfd: libc.func("int eventfd(unsigned int, int)"),
  pipe2: libc.func("int pipe2(uint8_t*, int)"),
  fcntl: libc.func("int fcntl(int, int, ...)"),
  clockGettime: libc.func("int clock_gettime(int, uint8_t*)"),
  affinity: libc.func("int sched_setaffinity(int, size_t, const uint8_t*)"),
};

/** What the kernel said no to, by errno's name. */
export class SystemCallError extends Error {
  readonly code: string;

  constructor(call: string) {
    const name = errnoName(koffi.errno());
    super(`${call}: ${name}`);
    this.code = name;
  }
}

/** How errno(3) calls an error. */
export function errnoName(errno: number): string {
  return Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
}

/** Whether the last call failed for one of these reasons: nothing is made of what happens again and again. */
export function lastErrorIs(...names: readonly (keyof typeof constants.errno)[]): boolean {
  const errno = koffi.errno();
  return names.some((name) => constants.errno[name] === errno);
}

/** @throws SystemCallError */
export function check(result: number, call: string): number {
  if (result < 0) throw new SystemCallError(call);
  return result;
}

/** Where a buffer lies in memory; it stays there as long as somebody holds it. */
export function addressInMemory(buffer: Buffer): bigint {
  return koffi.address(buffer);
}

export const POINTER_BYTES: number = koffi.sizeof("void*");
