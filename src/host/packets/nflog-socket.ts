import { closeSync } from "node:fs";
import { GroupHeld } from "../../core/model/packet-stream.ts";
import { encodeListen, encodeSettings, encodeUnbind, type ListenSettings } from "../../core/netlink/nflog-config.ts";
import { addressOf, receiveInto, sendTo, setOption, waitFor } from "../libc.ts";
import { answerIn, int, openNetfilterSocket, readSocketMemory } from "../netfilter-socket.ts";

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
    return readSocketMemory(this.file).drops;
  }

  get roomBytes(): number {
    return readSocketMemory(this.file).roomBytes;
  }

  close(): void {
    closeSync(this.file);
  }
}
