import { closeSync } from "node:fs";
import { GroupHeld } from "../../core/model/packet-stream.ts";
import { encodeListen, encodeSettings, encodeUnbind, type ListenSettings } from "../../core/netlink/nflog-config.ts";
import { addressOf, readOption, receiveInto, sendTo, setOption, waitFor } from "../libc.ts";
import { answerIn, int, openNetfilterSocket } from "../netfilter-socket.ts";

const SOL_SOCKET = 1;
const SO_MEMINFO = 55;
/** The places of struct sk_meminfo (linux/sock_diag.h) for the room and the drops. */
const SK_MEMINFO_RCVBUF = 1;
const SK_MEMINFO_DROPS = 8;
const SOL_NETLINK = 270;
const NETLINK_NO_ENOBUFS = 5;
const WAIT_MS = 5000;

/** A netlink socket that holds NFLOG groups. It belongs to the network namespace that the thread is in when it is opened. */
export class NflogSocket {
  readonly file: number;
  #sequence = 0;

  /** @param roomBytes how much may wait to be read */
  constructor(roomBytes: number) {
    this.file = openNetfilterSocket(roomBytes);
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
    this.#awaitAnswer(group, buffer, onDatagram);
  }

  /** Gives a group that it holds other settings. */
  changeGroup(group: number, settings: ListenSettings, buffer: Buffer, onDatagram: (length: number) => void): void {
    this.#sequence += 1;
    sendTo(this.file, encodeSettings(group, settings, this.#sequence), null);
    this.#awaitAnswer(group, buffer, onDatagram);
  }

  #awaitAnswer(group: number, buffer: Buffer, onDatagram: (length: number) => void): void {
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

  /** Unbinds a group before it returns: what the kernel has collected waits to be read then. */
  unbindGroup(group: number): void {
    this.#sequence += 1;
    sendTo(this.file, encodeUnbind(group, this.#sequence), null);
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
