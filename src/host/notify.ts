import type { Notify } from "../core/model/service.ts";

/** What the environment says of a service manager; without one nothing is told. */
export async function openNotify(environment: NodeJS.ProcessEnv): Promise<Notify> {
  const { NOTIFY_SOCKET: path, WATCHDOG_USEC: usec, WATCHDOG_PID: pid } = environment;
  // What this process starts is not asked.
  delete environment["NOTIFY_SOCKET"];
  delete environment["WATCHDOG_USEC"];
  if (path === undefined || !/^[/@]./.test(path)) return Object.assign(() => {}, { watchdogMs: undefined });
  const { AF, openDatagramSocket, sendTo } = await import("./libc.ts"); // a library of its own, which most runs do without
  const socket = openDatagramSocket(AF.UNIX);
  const address = addressOf(path, AF.UNIX);
  const isMine = pid === undefined || Number(pid) === process.pid;
  const notify = (...lines: string[]): void => {
    try {
      sendTo(socket, Buffer.from(lines.join("\n")), address);
    } catch {
      // A manager that does not listen any more is none of the service's troubles.
    }
  };
  return Object.assign(notify, { watchdogMs: isMine && usec !== undefined ? Number(usec) / 1000 : undefined });
}

/** struct sockaddr_un (unix(7)); @ stands for the NUL of an abstract name. */
function addressOf(path: string, family: number): Buffer {
  const name = Buffer.from(path.startsWith("@") ? `\0${path.slice(1)}` : `${path}\0`);
  const address = Buffer.alloc(2 + name.length);
  address.writeUInt16LE(family, 0);
  name.copy(address, 2);
  return address;
}
