import { closeSync } from "node:fs";
import type { FlowChange } from "../../core/event/event.ts";
import { CONNTRACK } from "../../core/netlink/conntrack-message.ts";
import { encodeDump, messagesIn, NLMSG_DONE, NLMSG_ERROR } from "../../core/netlink/message.ts";
import { addressOf, receiveInto, sendTo, setOption, waitFor } from "../libc.ts";
import { errnoName } from "../libc-calls.ts";
import { int, openNetfilterSocket, readSocketMemory, setRoom } from "../netfilter-socket.ts";

const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_DROP_MEMBERSHIP = 2;
const NETLINK_NO_ENOBUFS = 5;

/** The groups of a netlink socket that each change is sent to (NFNLGRP_CONNTRACK_ in linux/netfilter/nfnetlink.h). */
const GROUPS = { new: 1, update: 2, destroy: 3 } as const;

export type ToldChange = Exclude<FlowChange, "listed">;

/** A netlink socket that conntrack's events come to. It belongs to the network namespace that the thread is in when it is opened. */
export class ConntrackSocket {
  readonly file: number;

  /** @param roomBytes how much may wait to be read */
  constructor(roomBytes: number) {
    this.file = openNetfilterSocket(roomBytes);
    // Without it the kernel would send nothing more after a loss until all that waits is read.
    setOption(this.file, SOL_NETLINK, NETLINK_NO_ENOBUFS, int(1));
  }

  /** By what /proc/net/netlink names it. */
  get portId(): number {
    return addressOf(this.file, 12).readUInt32LE(4);
  }

  join(change: ToldChange): void {
    setOption(this.file, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, int(GROUPS[change]));
  }

  leave(change: ToldChange): void {
    setOption(this.file, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, int(GROUPS[change]));
  }

  /** How many events found no room so far. */
  get drops(): number {
    return readSocketMemory(this.file).drops;
  }

  get roomBytes(): number {
    return readSocketMemory(this.file).roomBytes;
  }

  /** Has so much wait from now on; what waits already stays. */
  set roomBytes(bytes: number) {
    setRoom(this.file, bytes);
  }

  close(): void {
    closeSync(this.file);
  }
}

const DUMP_ROOM_BYTES = 1024 * 1024;
const DUMP_BYTES = 256 * 1024;
const WAIT_MS = 10_000;

/** The kernel's table of flows, piece by piece; an entry each, as a place in the buffer. */
export class TableDump {
  readonly #file = openNetfilterSocket(DUMP_ROOM_BYTES);
  readonly #buffer = Buffer.allocUnsafeSlow(DUMP_BYTES);
  #sequence = 0;

  /** Asks for the table. */
  begin(): void {
    this.#sequence += 1;
    sendTo(this.#file, encodeDump(CONNTRACK.get, this.#sequence), null);
  }

  /** Hands on the entries that come next; false at the end. @throws Error what the kernel says */
  next(take: (bytes: Buffer, start: number, end: number) => void): boolean {
    if (!waitFor(this.#file, WAIT_MS)) throw new Error("the kernel did not tell its table of flows");
    const length = receiveInto(this.#file, this.#buffer);
    if (length < 0) return true;
    for (const { type, sequence, bytes } of messagesIn(this.#buffer.subarray(0, length))) {
      if (sequence !== this.#sequence) continue; // of a dump that was broken off
      if (type === NLMSG_DONE) return false;
      if (type === NLMSG_ERROR)
        throw new Error(`the kernel refused its table of flows: ${errnoName(-bytes.readInt32LE(16))}`);
      take(bytes, 0, bytes.length);
    }
    return true;
  }

  close(): void {
    closeSync(this.#file);
  }
}
