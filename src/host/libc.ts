import { c, check, lastErrorIs, SystemCallError } from "./libc-calls.ts";

/* Calls of the C library that Node has no words for; each throws what errno says. */
const CLONE_NEWNET = 0x40000000;
export const AF = { UNIX: 1, INET: 2, INET6: 10, NETLINK: 16, PACKET: 17 } as const;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const POLLIN = 1;
const POLLOUT = 4;

/** Leaves for a network namespace of one's own; only the calling thread does. */
export function unshareNetwork(): void {
  check(c.unshare(CLONE_NEWNET), "unshare");
}

/** Goes into the network namespace that a file of /proc/self/ns stands for. */
export function enterNetwork(namespace: number): void {
  check(c.setns(namespace, CLONE_NEWNET), "setns");
}

/** Has the kernel end this process when its parent ends. */
export function endWithParent(): void {
  const [PR_SET_PDEATHSIG, SIGKILL] = [1, 9];
  check(c.prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
}

/** Keeps the calling thread on one processor, if it may: packets that are sent one after the other stay so. */
export function stayOn(processor: number): void {
  const mask = Buffer.alloc((processor >> 3) + 8);
  mask[processor >> 3] = 1 << (processor & 7);
  c.affinity(0, mask.length, mask); // one that is allowed may be off-line: then the thread goes where it goes
}

const IFF_UP = 1;
const IFF_NOARP = 0x80;

/** Sets an interface up (netdevice(7)) in the network namespace of the socket; it asks nobody for addresses of neighbours. */
export function setUp(socket: number, name: string): void {
  const SIOCSIFFLAGS = 0x8914;
  const request = Buffer.alloc(40);
  request.write(name, 0, 15, "latin1");
  request.writeInt16LE(IFF_UP | IFF_NOARP, 16);
  check(c.ioctl(socket, SIOCSIFFLAGS, request), "ioctl SIOCSIFFLAGS");
}

export function seekToEnd(file: number): void {
  const SEEK_END = 2;
  check(Number(c.lseek(file, 0, SEEK_END)), "lseek");
}

/** Has the disk begin to write a part of a file, without waiting for it (sync_file_range(2)); where that cannot be, nothing happens. */
export function startWriteback(file: number, at: number, bytes: number): void {
  const SYNC_FILE_RANGE_WRITE = 2;
  c.syncFileRange(file, at, bytes, SYNC_FILE_RANGE_WRITE);
}

/** A file in memory that children inherit only where they are handed it. */
export function memoryFile(name: string): number {
  const MFD_CLOEXEC = 1;
  return check(c.memfdCreate(name, MFD_CLOEXEC), "memfd_create");
}

export function openSocket(family: number, protocol: number): number {
  return check(c.socket(family, SOCK_RAW | SOCK_CLOEXEC, protocol), "socket");
}

export function openDatagramSocket(family: number): number {
  return check(c.socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
}

/** Whether both ends of a connection were closed (poll(2), POLLHUP). */
export function isHungUp(file: number): boolean {
  const POLLHUP = 0x10;
  const entry = Buffer.alloc(8);
  entry.writeInt32LE(file, 0);
  return c.poll(entry, 1, 0) > 0 && (entry.readInt16LE(6) & POLLHUP) !== 0;
}

export function bindSocket(socket: number, address: Buffer): void {
  check(c.bind(socket, address, address.length), "bind");
}

export function setOption(socket: number, level: number, option: number, value: Buffer): void {
  check(c.setsockopt(socket, level, option, value, value.length), "setsockopt");
}

export function sendTo(socket: number, bytes: Buffer, address: Buffer | null): void {
  check(Number(c.sendto(socket, bytes, bytes.length, 0, address, address?.length ?? 0)), "send");
}

/** What there is to be received, without waiting; undefined where there is nothing. */
export function receive(socket: number, buffer: Buffer): Buffer | undefined {
  const count = Number(c.recv(socket, buffer, buffer.length, MSG_DONTWAIT));
  if (count >= 0) return buffer.subarray(0, count);
  if (lastErrorIs("EAGAIN", "EINTR")) return undefined;
  throw new SystemCallError("recv");
}

/** The same from a packet socket: the frame, and what packet(7) says of it in struct sockaddr_ll. */
export function receiveFrame(
  socket: number,
  buffer: Buffer,
): { readonly frame: Buffer; readonly index: number; readonly kind: number } | undefined {
  const address = Buffer.alloc(20);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(address.length);
  const count = Number(c.recvfrom(socket, buffer, buffer.length, MSG_DONTWAIT, address, length));
  if (count >= 0) return { frame: buffer.subarray(0, count), index: address.readInt32LE(4), kind: address[10] ?? 0 };
  if (lastErrorIs("EAGAIN", "EINTR")) return undefined;
  throw new SystemCallError("recvfrom");
}

/** The same without an object for each: how many bytes came, or -1 where there is nothing. */
export function receiveInto(socket: number, buffer: Buffer): number {
  const count = Number(c.recv(socket, buffer, buffer.length, MSG_DONTWAIT));
  // Messages that found no room are counted by their numbers; what came before them can still be received.
  if (count >= 0 || lastErrorIs("EAGAIN", "EINTR", "ENOBUFS")) return count;
  throw new SystemCallError("recv");
}

/** The same of many datagrams at once (recvmmsg(2)): how many came. @param headers where they go, one struct mmsghdr each */
export function receiveAll(socket: number, headers: Buffer, count: number): number {
  const received = c.recvmmsg(socket, headers, count, MSG_DONTWAIT, null);
  if (received >= 0 || lastErrorIs("EAGAIN", "EINTR", "ENOBUFS")) return Math.max(received, 0);
  throw new SystemCallError("recvmmsg");
}

/** Reads an option of a socket: as many bytes as it has, up to the size. */
export function readOption(socket: number, level: number, option: number, size: number): Buffer {
  const value = Buffer.alloc(size);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(size);
  check(c.getsockopt(socket, level, option, value, length), "getsockopt");
  return value.subarray(0, length.readUInt32LE());
}

/** The address that a socket got when it was bound. */
export function addressOf(socket: number, size: number): Buffer {
  const address = Buffer.alloc(size);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(size);
  check(c.getsockname(socket, address, length), "getsockname");
  return address;
}

/** The name that an interface has now, in the network namespace of the socket (netdevice(7)); undefined if there is none. */
export function interfaceName(socket: number, index: number): string | undefined {
  const SIOCGIFNAME = 0x8910;
  const request = Buffer.alloc(40);
  request.writeInt32LE(index, 16);
  if (c.ioctl(socket, SIOCGIFNAME, request) < 0) return undefined;
  return request.toString("utf8", 0, request.indexOf(0));
}

/** A file that can be waited for until something is written to it (eventfd(2)). */
export function openEvent(): number {
  const EFD_CLOEXEC = 0o2000000;
  return check(c.eventfd(0, EFD_CLOEXEC), "eventfd");
}

/** A pipe that children do not inherit, with room for as much as is asked for, if that is allowed (fcntl(2), F_SETPIPE_SZ). */
export function openPipe(roomBytes: number): { readonly reads: number; readonly writes: number } {
  const [O_CLOEXEC, F_SETPIPE_SZ] = [0o2000000, 1031];
  const ends = Buffer.alloc(8);
  check(c.pipe2(ends, O_CLOEXEC), "pipe2");
  const [reads, writes] = [ends.readInt32LE(0), ends.readInt32LE(4)];
  c.fcntl(writes, F_SETPIPE_SZ, "int", roomBytes);
  return { reads, writes };
}

const CLOCK = Buffer.alloc(16);

/** What time it is: seconds since 1970 and nanoseconds. */
export function readClock(): { readonly seconds: number; readonly nanoseconds: number } {
  c.clockGettime(0, CLOCK);
  return { seconds: Number(CLOCK.readBigInt64LE(0)), nanoseconds: CLOCK.readInt32LE(8) };
}

/** Waits until one of the files has something to be read, however long that takes, or until the time is over. */
export function waitForAny(files: readonly number[], timeoutMs = -1): void {
  const entries = Buffer.alloc(8 * files.length);
  for (const [index, file] of files.entries()) {
    entries.writeInt32LE(file, 8 * index);
    entries.writeInt16LE(POLLIN, 8 * index + 4);
  }
  c.poll(entries, files.length, timeoutMs);
}

/** Waits until something can be written; false when the time is over. */
export function waitToWrite(file: number, timeoutMs: number): boolean {
  const entry = Buffer.alloc(8);
  entry.writeInt32LE(file, 0);
  entry.writeInt16LE(POLLOUT, 4);
  return c.poll(entry, 1, timeoutMs) > 0;
}

/** Waits until there is something to be received; false when the time is over. */
export function waitFor(socket: number, timeoutMs: number): boolean {
  const entry = Buffer.alloc(8);
  entry.writeInt32LE(socket, 0);
  entry.writeInt16LE(POLLIN, 4);
  return c.poll(entry, 1, timeoutMs) > 0;
}
