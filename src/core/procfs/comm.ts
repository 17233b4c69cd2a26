/** What Node 24 and 26 call their first thread, by which the kernel calls the process. */
const NODE_THREADS: readonly string[] = ["MainThread", "node-MainThread"];

/** The program of a process, as /proc/PID/comm calls it. */
export function decodeProgram(comm: string): string {
  const name = comm.trim();
  return NODE_THREADS.includes(name) ? "node" : name;
}
