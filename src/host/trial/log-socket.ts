import { closeSync } from "node:fs";
import { messagesIn, type NetlinkMessage } from "../../core/netlink/message.ts";
import { encodeListen } from "../../core/netlink/nflog-config.ts";
import { NFNLGRP_NFTRACE } from "../../core/netlink/trace.ts";
import { receive, sendTo, setOption, waitFor } from "../libc.ts";
import { answerIn, int, openNetfilterSocket } from "../netfilter-socket.ts";
import { attempt } from "./trial-failure.ts";

const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const BUFFER_BYTES = 64 * 1024 * 1024;
const WAIT_MS = 5000;
const NOTHING = Buffer.alloc(0);
/** Whole packets, each by itself and at once. */
const AT_ONCE = { copyRangeBytes: 0xffff, threshold: 1, timeoutCs: 100, bufferBytes: undefined };
const LOST = "hear every line (ENOBUFS: one packet made more than net.core.rmem_max lets a socket hold)";

/** A netlink socket of netfilter in the network namespace that it was opened in. */
export class LogSocket {
  readonly #socket = openNetfilterSocket(BUFFER_BYTES);
  readonly #buffer = Buffer.allocUnsafe(1024 * 1024);
  #sequence = 0;

  /** Has the lines of a group come here. */
  bindGroup(group: number): void {
    this.#sequence += 1;
    sendTo(this.#socket, encodeListen(group, AT_ONCE, this.#sequence), null);
    for (;;) {
      if (!waitFor(this.#socket, WAIT_MS)) throw new Error(`NFLOG group ${group}: no answer`);
      const errno = answerIn(this.#receive(), this.#sequence);
      if (errno === undefined) continue;
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
    return messagesIn(this.#receive());
  }

  /** Waits until something has come; false if nothing does. */
  wait(): boolean {
    return waitFor(this.#socket, WAIT_MS);
  }

  close(): void {
    closeSync(this.#socket);
  }

  #receive(): Buffer {
    return attempt(LOST, () => receive(this.#socket, this.#buffer)) ?? NOTHING;
  }
}
