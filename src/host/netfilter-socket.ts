import { messagesIn, NLMSG_ERROR } from "../core/netlink/message.ts";
import { AF, bindSocket, openSocket, readOption, setOption } from "./libc.ts";

const NETLINK_NETFILTER = 12;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;

/**
 * A netlink socket of netfilter in the network namespace that the thread is in.
 * @param roomBytes how much may wait to be read (setRoom)
 */
export function openNetfilterSocket(roomBytes: number): number {
  const socket = openSocket(AF.NETLINK, NETLINK_NETFILTER);
  const address = Buffer.alloc(12);
  address.writeUInt16LE(AF.NETLINK, 0);
  bindSocket(socket, address);
  setRoom(socket, roomBytes);
  return socket;
}

/** How much may wait at a socket to be read from now on; in a user namespace net.core.rmem_max bounds it. */
export function setRoom(socket: number, roomBytes: number): void {
  try {
    setOption(socket, SOL_SOCKET, SO_RCVBUFFORCE, int(roomBytes));
  } catch {
    setOption(socket, SOL_SOCKET, SO_RCVBUF, int(roomBytes));
  }
}

const SO_MEMINFO = 55;
/** The places of struct sk_meminfo (linux/sock_diag.h) for what waits, the room and the drops. */
const SK_MEMINFO_RMEM_ALLOC = 0;
const SK_MEMINFO_RCVBUF = 1;
const SK_MEMINFO_DROPS = 8;

interface SocketMemory {
  /** How much waits to be read, with what the kernel needs to keep it: more than the messages themselves. */
  readonly waitingBytes: number;
  /** How much may wait. */
  readonly roomBytes: number;
  /** How many messages found no room so far. */
  readonly drops: number;
}

/** What the kernel says of a socket's receive buffer. */
export function readSocketMemory(socket: number): SocketMemory {
  const memory = readOption(socket, SOL_SOCKET, SO_MEMINFO, 36);
  const numberAt = (place: number): number => (memory.length >= 4 * place + 4 ? memory.readUInt32LE(4 * place) : 0);
  return {
    waitingBytes: numberAt(SK_MEMINFO_RMEM_ALLOC),
    roomBytes: numberAt(SK_MEMINFO_RCVBUF),
    drops: numberAt(SK_MEMINFO_DROPS),
  };
}

/** The error's number, or 0, that a datagram answers a request with; undefined if it holds no answer to it. */
export function answerIn(datagram: Buffer, sequence: number): number | undefined {
  const answer = messagesIn(datagram).find((one) => one.type === NLMSG_ERROR && one.sequence === sequence);
  return answer === undefined ? undefined : -answer.bytes.readInt32LE(16);
}

/** An option's value. */
export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
