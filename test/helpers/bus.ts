import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Bus, type BusOptions } from "../../src/daemon/bus.ts";

/** A bus that listens at a socket of its own. */
export interface OpenBus extends AsyncDisposable {
  readonly bus: Bus;
  readonly path: string;
  /** Connects, sends the line, and resolves once it was taken as a subscriber. */
  subscribe(request: string): Promise<Client>;
}

/** Somebody who connected to a bus. */
export interface Client {
  readonly socket: Socket;
  /** Resolves with this many lines more. */
  lines(count: number): Promise<string[]>;
  /** What comes until the other end hangs up. */
  rest(): Promise<string[]>;
}

export async function openBus(options: Partial<BusOptions> = {}): Promise<OpenBus> {
  const directory = mkdtempSync(join(tmpdir(), "netlogctl-bus-"));
  const path = join(directory, "bus.sock");
  const bus = new Bus({
    bytesMax: 1024 * 1024,
    openPast: async () => undefined,
    now: () => "2026-11-21T11:37:36.000000000Z",
    onTrouble: (what) => {
      throw new Error(what);
    },
    ...options,
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => bus.accept(socket));
  server.listen(path);
  await once(server, "listening");
  return {
    bus,
    path,
    subscribe: async (request) => {
      const before = bus.figures.subscribers;
      const client = await connectClient(path, request);
      while (bus.figures.subscribers === before) await new Promise((go) => setImmediate(go));
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      await bus.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Connects and sends a line; nothing is read before it is asked for. */
export async function connectClient(path: string, request: string): Promise<Client> {
  return await connectRaw(path, `${request}\n`);
}

/** The same with these bytes. */
export async function connectRaw(path: string, text: string): Promise<Client> {
  const socket = connect(path);
  await once(socket, "connect");
  socket.write(text);
  const reader = new LineReader(socket);
  return { socket, lines: (count) => reader.take(count), rest: () => reader.take(Number.POSITIVE_INFINITY) };
}

class LineReader {
  readonly #socket: Socket;
  readonly #lines: string[] = [];
  #begun = "";

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** This many lines, or what comes until the other end hangs up. */
  async take(count: number): Promise<string[]> {
    while (this.#lines.length < count && (this.#read() || (await this.#isMore())));
    return this.#lines.splice(0, count);
  }

  #read(): boolean {
    const chunk = this.#socket.read() as Buffer | null;
    const lines = (this.#begun + (chunk ?? "").toString()).split("\n");
    this.#begun = lines.pop() ?? "";
    this.#lines.push(...lines);
    return chunk !== null;
  }

  async #isMore(): Promise<boolean> {
    if (this.#socket.readableEnded || this.#socket.destroyed) return false;
    const came = new AbortController();
    const names = ["readable", "end", "close"];
    await Promise.race(names.map((name) => once(this.#socket, name, { signal: came.signal }).catch(() => {})));
    came.abort();
    return true;
  }
}
