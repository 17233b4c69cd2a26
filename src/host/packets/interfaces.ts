import { closeSync } from "node:fs";
import { decodeLinkChange } from "../../core/netlink/link.ts";
import { messagesIn } from "../../core/netlink/message.ts";
import { AF, bindSocket, interfaceName, openSocket, receive } from "../libc.ts";

const NETLINK_ROUTE = 0;
const RTMGRP_LINK = 1;
const NAMES_MAX = 65_536;
const LOST = "lost";

/**
 * The names of interfaces by their indexes, as they are now: the kernel tells of each that is renamed. One that is gone keeps
 * its name until another has its index, for packets that came by it are still to be read.
 */
export class Interfaces {
  readonly file = openSocket(AF.NETLINK, NETLINK_ROUTE);
  readonly #names = new Map<number, string>();
  readonly #buffer = Buffer.allocUnsafe(64 * 1024);

  constructor() {
    const address = Buffer.alloc(12);
    address.writeUInt16LE(AF.NETLINK, 0);
    address.writeUInt32LE(RTMGRP_LINK, 8);
    bindSocket(this.file, address);
  }

  nameOf(index: number): string | undefined {
    const known = this.#names.get(index);
    if (known !== undefined) return known;
    const name = interfaceName(this.file, index);
    if (name !== undefined) this.#names.set(index, name);
    return name;
  }

  /** Takes in what the kernel told; whether a name that was asked for may be another now. */
  refresh(): boolean {
    let hasChanged = false;
    for (;;) {
      const datagram = this.#receive();
      if (datagram === undefined) return hasChanged;
      hasChanged = datagram === LOST ? this.#forget() : this.#takeIn(datagram) || hasChanged;
    }
  }

  close(): void {
    closeSync(this.file);
  }

  #takeIn(datagram: Buffer): boolean {
    let hasChanged = false;
    for (const message of messagesIn(datagram)) {
      const change = decodeLinkChange(message);
      if (change === undefined || change.isGone) continue;
      const known = this.#names.get(change.index);
      if (known !== undefined && known !== change.name) hasChanged = true;
      if (known === undefined && this.#names.size >= NAMES_MAX) hasChanged = this.#forget();
      this.#names.set(change.index, change.name);
    }
    return hasChanged;
  }

  /** Each name is asked for anew. */
  #forget(): true {
    this.#names.clear();
    return true;
  }

  #receive(): Buffer | typeof LOST | undefined {
    try {
      return receive(this.file, this.#buffer);
    } catch {
      return LOST; // so many changes at once that not all were told
    }
  }
}
