import { readFileSync } from "node:fs";
import { TrialFailure } from "./trial-failure.ts";

const NET = "/proc/thread-self/net";
const RTF_LOCAL = 0x8000_0000;
const READY_MS = 10_000;

/**
 * Waits until this network namespace takes packets for its addresses of IPv6 as its own: the kernel makes the route that says
 * so behind the answer to who added the address (net/ipv6/addrconf.c, addrconf_dad_work).
 */
export function awaitLocalAddresses(): void {
  const deadline = performance.now() + READY_MS;
  while (!areLocal()) {
    if (performance.now() > deadline) {
      throw new TrialFailure("set up its interfaces", "the kernel made no routes to its addresses of IPv6");
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}

/** Both files have addresses as 32 hexadecimal digits, and the interface last. */
function areLocal(): boolean {
  const local = new Set(rowsOf("ipv6_route").flatMap((row) => (isLocal(row) ? [`${row[0]} ${row.at(-1)}`] : [])));
  return rowsOf("if_inet6").every((row) => local.has(`${row[0]} ${row.at(-1)}`));
}

function isLocal(row: readonly string[]): boolean {
  return row[1] === "80" && Number.parseInt(row[8] ?? "0", 16) >= RTF_LOCAL;
}

function rowsOf(name: string): string[][] {
  try {
    const lines = readFileSync(`${NET}/${name}`, "latin1").split("\n");
    return lines.filter((line) => line !== "").map((line) => line.trim().split(/\s+/));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []; // no IPv6 here
    throw error;
  }
}
