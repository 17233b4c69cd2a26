import { closeSync } from "node:fs";
import { messagesIn, type NetlinkMessage, NLMSG_ERROR } from "../../core/netlink/message.ts";
import { encodeBindGroup } from "../../core/netlink/nflog.ts";
import { NFNLGRP_NFTRACE } from "../../core/netlink/trace.ts";
import { AF, bindSocket, openSocket, receive, sendTo, setOption, waitFor } from "../libc.ts";
import { attempt } from "./trial-failure.ts";

const NETLINK_NETFILTER = 12;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const BUFFER_BYTES = 64 * 1024 * 1024;
const WAIT_MS = 5000;
const LOST = "hear every line (ENOBUFS: one packet made more than net.core.rmem_max lets a socket hold)";

/** A netlink socket of netfilter in the network namespace that it was opened in. */
export class LogSocket {
  readonly #socket = openSocket(AF.NETLINK, NETLINK_NETFILTER);
  readonly #buffer = Buffer.allocUnsafe(1024 * 1024);
  #sequence = 0;

  constructor() {
    const address = Buffer.alloc(12);
    address.writeUInt16LE(AF.NETLINK, 0);
    bindSocket(this.#socket, address);
    try {
      setOption(this.#socket, SOL_SOCKET, SO_RCVBUFFORCE, int(BUFFER_BYTES));
    } catch {
      setOption(this.#socket, SOL_SOCKET, SO_RCVBUF, int(BUFFER_BYTES)); // in a user namespace net.core.rmem_max bounds it
    }
  }

  /** Has the lines of a group come here. */
  bindGroup(group: number): void {
    this.#sequence += 1;
    sendTo(this.#socket, encodeBindGroup(group, this.#sequence), null);
    for (;;) {
      if (!waitFor(this.#socket, WAIT_MS)) throw new Error(`NFLOG group ${group}: no answer`);
      const answer = this.take().find(({ type, sequence }) => type === NLMSG_ERROR && sequence === this.#sequence);
      if (answer === undefined) continue;
      const errno = -answer.bytes.readInt32LE(16);
      if (errno === 0) return;
      throw new Error(`NFLOG group ${group}: errno ${errno}`);
    }
  }

  /** Has what nftrace tells come here. */
  joinTrace(): void {
    setOption(this.#socket, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, int(NFNLGRP_NFTRACE));
  }

  /** What has come. Their bytes hold until the next call. */
  take(): NetlinkMessage[] {
    const datagram = attempt(LOST, () => receive(this.#socket, this.#buffer));
    return datagram === undefined ? [] : messagesIn(datagram);
  }

  /** Waits until something has come; false if nothing does. */
  wait(): boolean {
    return waitFor(this.#socket, WAIT_MS);
  }

  close(): void {
    closeSync(this.#socket);
  }
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
