import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { PacketEvent } from "../../core/event/event.ts";
import { decodeProgram } from "../../core/procfs/comm.ts";
import { socketKey, socketsIn } from "../../core/procfs/sockets.ts";

/** How long what was read of the sockets and processes is believed. */
const BELIEVED_MS = 1000;
const TABLES = ["tcp", "tcp6", "udp", "udp6"];
const SENT: readonly (string | undefined)[] = ["output", "postrouting"];

/** Finds the programs that hold the sockets of packets, as far as this process may see them. */
export class Programs {
  #sockets = new Map<string, number>();
  #programs = new Map<number, string>();
  #readAt = Number.NEGATIVE_INFINITY;

  /** The program at this end of the packet; undefined where there is none any more. */
  readonly of = ({ hook, proto, src, dst, sport, dport }: PacketEvent): string | undefined => {
    const [address, port] = SENT.includes(hook) ? [src, sport] : [dst, dport];
    if (proto === undefined || address === undefined || port === undefined) return undefined;
    const keys = [socketKey(proto, address, port), socketKey(proto, "", port)];
    if (performance.now() - this.#readAt > BELIEVED_MS) this.#read();
    const inode = keys.map((key) => this.#sockets.get(key)).find((one) => one !== undefined);
    return inode === undefined ? undefined : this.#programs.get(inode);
  };

  #read(): void {
    this.#sockets = new Map(TABLES.flatMap((table) => socketsIn(table, textOf(`/proc/thread-self/net/${table}`))));
    this.#programs = new Map(namesIn("/proc").flatMap(socketsOfProcess));
    this.#readAt = performance.now();
  }
}

function socketsOfProcess(pid: string): [number, string][] {
  if (!/^[0-9]+$/.test(pid)) return [];
  const inodes = namesIn(`/proc/${pid}/fd`).flatMap((file) => {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${file}`)) ?? [];
    return inode === undefined ? [] : [Number(inode)];
  });
  if (inodes.length === 0) return [];
  const program = decodeProgram(textOf(`/proc/${pid}/comm`));
  return inodes.map((inode) => [inode, program]);
}

// Processes end while they are looked at, and those of others are closed: what cannot be read is not there.
function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
