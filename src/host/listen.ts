import { lchownSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { basename, dirname, join } from "node:path";
import { Fault } from "../core/model/fault.ts";
import type { ListeningServer, SocketRights } from "../core/model/service.ts";
import { placeSocket, refuseTaken } from "./socket-place.ts";

/** Listens at the path of a Unix socket, or at ADDRESS:PORT, where anybody may connect who can. @throws Fault */
export async function listenAt(
  where: string,
  rights: SocketRights,
  onConnection: (socket: Socket) => void,
): Promise<ListeningServer> {
  if (where.startsWith("/")) return await listenAtPath(where, rights, onConnection);
  const [, host = "", port = ""] = /^\[?([^\]]*?)\]?:([0-9]+)$/.exec(where) ?? [];
  return await listenAtPort(host, Number(port), onConnection);
}

/** How many were made so far: each has a name of its own until it gets its place. */
let sockets = 0;

/** A socket that a service left behind that is gone is replaced. */
async function listenAtPath(
  path: string,
  { mode, gid }: SocketRights,
  onConnection: (socket: Socket) => void,
): Promise<ListeningServer> {
  try {
    await refuseTaken(path);
  } catch (error) {
    throw error instanceof Fault ? error : refused(path, error);
  }
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once("end", () => destroyWhenHungUp(socket));
    onConnection(socket);
  });
  sockets += 1;
  const made = join(dirname(path), `.${basename(path)}.${process.pid}-${sockets}`);
  try {
    makeDirectory(dirname(path));
    rmSync(made, { force: true });
    const mask = process.umask(0o777 & ~mode); // it has its rights from the beginning: whose the directory is cannot slip in another file
    try {
      await listening(server, { path: made });
    } finally {
      process.umask(mask);
    }
    if (gid !== undefined) lchownSync(made, -1, gid);
    await placeSocket(made, path);
  } catch (error) {
    server.close();
    throw error instanceof Fault ? error : refused(path, error);
  } finally {
    rmSync(made, { force: true });
  }
  const { ino } = lstatSync(path);
  return {
    close: () => {
      server.close();
      // Another service may have taken the place since.
      if (lstatSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true });
    },
  };
}

/** How often it is looked whether somebody is still there who will send nothing more. */
const LOOK_MS = 5000;

/** Who has sent all may still read, so that the end of what they send is not theirs. */
function destroyWhenHungUp(socket: Socket): void {
  const look = setInterval(() => void destroyIfHungUp(socket), LOOK_MS).unref();
  socket.once("close", () => clearInterval(look));
}

async function destroyIfHungUp(socket: Socket): Promise<void> {
  const { isHungUp } = await import("./libc.ts"); // a library of its own, which most runs do without
  const { fd } = (socket as unknown as { _handle?: { fd: number } })._handle ?? {};
  if (fd !== undefined && isHungUp(fd)) socket.destroy();
}

async function listenAtPort(
  host: string,
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<ListeningServer> {
  const server = createServer(onConnection);
  try {
    await listening(server, { host, port });
  } catch (error) {
    throw refused(`${host}:${port}`, error);
  }
  return { close: () => server.close() };
}

async function listening(server: Server, where: { path: string } | { host: string; port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Only the last part of the way may be missing, as /run/netlogctl is after a boot. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o755 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function refused(where: string, error: unknown): Fault {
  const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
  const isDenied = ["EACCES", "EPERM"].includes(code);
  return new Fault(
    isDenied ? "not-permitted" : "refused",
    `cannot listen at ${where}: ${code === "" ? message : code}`,
    isDenied ? "run it as root, or name a place that is yours" : "name another place",
    { cause: error },
  );
}
