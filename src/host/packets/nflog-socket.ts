import { closeSync } from "node:fs";
import { constants } from "node:os";
import { GroupHeld } from "../../core/model/packet-stream.ts";
import { encodeListen, encodeSettings, encodeUnbind, type ListenSettings } from "../../core/netlink/nflog-config.ts";
import { addressOf, receiveInto, sendTo, setOption } from "../libc.ts";
import { answerIn, int, openNetfilterSocket, readSocketMemory } from "../netfilter-socket.ts";
import { KeptDatagrams } from "./kept-datagrams.ts";
import { takeWaiting } from "./take-waiting.ts";

const SOL_NETLINK = 270;
const NETLINK_NO_ENOBUFS = 5;
/** How often is asked: the kernel drops an answer for which packets left no room. */
const ASKS_MAX = 8;

/** A netlink socket that holds NFLOG groups. It belongs to the network namespace that the thread is in when it is opened. */
export class NflogSocket {
  readonly file: number;
  readonly #kept = new KeptDatagrams();
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
   * Binds a group. What comes of other groups meanwhile is kept.
   * @param input what may be received into
   * @throws GroupHeld
   */
  bindGroup(group: number, settings: ListenSettings, input: Buffer): void {
    const errno = this.#ask((sequence) => encodeListen(group, settings, sequence), input);
    if (errno === undefined) this.unbindGroup(group);
    if (errno !== 0) throw new GroupHeld(group, errno ?? constants.errno.ENOBUFS);
  }

  /** Gives a group that it holds other settings. It has them though no answer found room: the kernel takes them as they are sent. */
  changeGroup(group: number, settings: ListenSettings, input: Buffer): void {
    const errno = this.#ask((sequence) => encodeSettings(group, settings, sequence), input) ?? 0;
    if (errno !== 0) throw new GroupHeld(group, errno);
  }

  /** The error's number that the kernel answers, or 0; undefined if no answer found room. */
  #ask(encode: (sequence: number) => Buffer, input: Buffer): number | undefined {
    for (let asked = 1; asked <= ASKS_MAX; asked += 1) {
      this.keepWaiting(input); // so that there is room for the answer, and little before it
      this.#sequence += 1;
      sendTo(this.file, encode(this.#sequence), null);
      const errno = this.#answer(input);
      // What this socket itself holds it got when it asked before.
      if (errno !== undefined) return errno === constants.errno.EBUSY && asked > 1 ? 0 : errno;
    }
    return undefined;
  }

  /** The kernel has answered before a request is sent: the answer waits now, or it never comes. */
  #answer(input: Buffer): number | undefined {
    let errno: number | undefined;
    this.#takeWaiting(input, (datagram) => {
      errno = answerIn(datagram, this.#sequence);
      return errno === undefined;
    });
    return errno;
  }

  /** Receives all that waits, to hand it on later: this takes far less time than to write it. */
  keepWaiting(input: Buffer): void {
    this.#takeWaiting(input, () => true);
  }

  /** @param isKept whether a datagram is to be handed on; if not, it is the last that is taken */
  #takeWaiting(input: Buffer, isKept: (datagram: Buffer) => boolean): void {
    const next = (): number => {
      const length = receiveInto(this.file, input);
      if (length < 0) return length;
      const datagram = input.subarray(0, length);
      if (!isKept(datagram)) return -1;
      this.#kept.keep(datagram);
      return length;
    };
    takeWaiting(next, readSocketMemory(this.file).waitingBytes);
  }

  /** Unbinds a group before it returns: what the kernel has collected waits to be read then. */
  unbindGroup(group: number): void {
    this.#sequence += 1;
    sendTo(this.file, encodeUnbind(group, this.#sequence), null);
  }

  /** What comes next, or was kept: how long it is; less than 0 where nothing waits. */
  receive(buffer: Buffer): number {
    const length = this.#kept.take(buffer);
    return length < 0 ? receiveInto(this.file, buffer) : length;
  }

  /** How much was received and is still to be handed on. */
  get keptBytes(): number {
    return this.#kept.bytes;
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
