import { closeSync, constants, openSync, readSync } from "node:fs";
import type { TrialLine } from "../../core/model/trial.ts";
import { decodeKernelLog } from "../../core/netlink/kernel-log.ts";
import { seekToEnd } from "../libc.ts";

const RECORD_BYTES_MAX = 8192;

/** The kernel log from now on. */
export class KernelLog {
  readonly #file = openSync("/dev/kmsg", constants.O_RDONLY | constants.O_NONBLOCK);
  readonly #buffer = Buffer.alloc(RECORD_BYTES_MAX);

  constructor() {
    seekToEnd(this.#file);
  }

  /** The lines of netfilter's that have come. */
  take(): Omit<TrialLine, "packet">[] {
    const lines: Omit<TrialLine, "packet">[] = [];
    for (let record = this.#next(); record !== undefined; record = this.#next()) {
      const line = decodeKernelLog(record);
      if (line !== undefined) lines.push(line);
    }
    return lines;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** A record a call; EPIPE says that some were written over before they were read. */
  #next(): string | undefined {
    try {
      return this.#buffer.toString("utf8", 0, readSync(this.#file, this.#buffer));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") return undefined;
      if (code === "EPIPE") return "";
      throw error;
    }
  }
}
