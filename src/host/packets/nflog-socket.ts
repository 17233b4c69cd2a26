import { closeSync } from "node:fs";
import { GroupHeld } from "../../core/model/packet-stream.ts";
import { messagesIn, NLMSG_ERROR } from "../../core/netlink/message.ts";
import { encodeListen, encodeUnbind, type ListenSettings } from "../../core/netlink/nflog-config.ts";
import { AF, addressOf, bindSocket, openSocket, readOption, receiveInto, sendTo, setOption, waitFor } from "../libc.ts";

const NETLINK_NETFILTER = 12;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SO_MEMINFO = 55;
/** The places of struct sk_meminfo (linux/sock_diag.h) for the room and the drops. */
const SK_MEMINFO_RCVBUF = 1;
const SK_MEMINFO_DROPS = 8;
const SOL_NETLINK = 270;
const NETLINK_NO_ENOBUFS = 5;
const WAIT_MS = 5000;

/** A netlink socket that holds NFLOG groups. It belongs to the network namespace that the thread is in when it is opened. */
export class NflogSocket {
  readonly file = openSocket(AF.NETLINK, NETLINK_NETFILTER);
  #sequence = 0;

  /** @param roomBytes how much may wait to be read; in a user namespace net.core.rmem_max bounds it */
  constructor(roomBytes: number) {
    const address = Buffer.alloc(12);
    address.writeUInt16LE(AF.NETLINK, 0);
    bindSocket(this.file, address);
    try {
      setOption(this.file, SOL_SOCKET, SO_RCVBUFFORCE, int(roomBytes));
    } catch {
      setOption(this.file, SOL_SOCKET, SO_RCVBUF, int(roomBytes));
    }
    // Without it the kernel would send nothing more after a loss until all that waits is read.
    setOption(this.file, SOL_NETLINK, NETLINK_NO_ENOBUFS, int(1));
  }

  /** By what /proc/net/netlink and /proc/net/netfilter/nfnetlink_log name it. */
  get portId(): number {
    return addressOf(this.file, 12).readUInt32LE(4);
  }

  /**
   * Binds a group. What comes of other groups before the answer is handed on as it stands in the buffer.
   * @throws GroupHeld
   */
  bindGroup(group: number, settings: ListenSettings, buffer: Buffer, onDatagram: (length: number) => void): void {
    this.#sequence += 1;
    sendTo(this.file, encodeListen(group, settings, this.#sequence), null);
    for (;;) {
      if (!waitFor(this.file, WAIT_MS)) throw new Error(`no answer for NFLOG group ${group}`);
      const length = receiveInto(this.file, buffer);
      if (length < 0) continue;
      const errno = answerIn(buffer.subarray(0, length), this.#sequence);
      if (errno === undefined) onDatagram(length);
      else if (errno === 0) return;
      else throw new GroupHeld(group, errno);
    }
  }

  /** Asks for a group to be unbound: what the kernel has collected comes, then the answer with the number that is given. */
  askToUnbind(group: number): number {
    this.#sequence += 1;
    sendTo(this.file, encodeUnbind(group, this.#sequence), null);
    return this.#sequence;
  }

  receive(buffer: Buffer): number {
    return receiveInto(this.file, buffer);
  }

  /** How many messages found no room so far. */
  get drops(): number {
    return this.#memory(SK_MEMINFO_DROPS);
  }

  get roomBytes(): number {
    return this.#memory(SK_MEMINFO_RCVBUF);
  }

  close(): void {
    closeSync(this.file);
  }

  #memory(place: number): number {
    const memory = readOption(this.file, SOL_SOCKET, SO_MEMINFO, 36);
    return memory.length >= 4 * place + 4 ? memory.readUInt32LE(4 * place) : 0;
  }
}

/** The error, or 0, that a datagram answers a request with; undefined if it is no answer to it. */
function answerIn(datagram: Buffer, sequence: number): number | undefined {
  const answer = messagesIn(datagram).find((one) => one.type === NLMSG_ERROR && one.sequence === sequence);
  return answer === undefined ? undefined : -answer.bytes.readInt32LE(16);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
