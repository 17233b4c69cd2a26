import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drained } from "../../src/daemon/sockets.ts";

test("a socket that is waited for again and again holds nothing of it", async () => {
  const directory = mkdtempSync(join(tmpdir(), "netlogctl-sockets-"));
  const server = createServer().listen(join(directory, "socket"));
  const [client, [socket]] = (await Promise.all([
    once(server, "listening").then(() => connect(join(directory, "socket"))),
    once(server, "connection"),
  ])) as [Socket, [Socket]];
  try {
    client.resume();
    const before = ["drain", "close"].map((name) => socket.listenerCount(name));
    for (let round = 0; round < 12; round += 1) {
      while (socket.write("x".repeat(100_000)));
      await drained(socket);
    }
    expect(["drain", "close"].map((name) => socket.listenerCount(name))).toEqual(before);
  } finally {
    socket.destroy();
    client.destroy();
    server.close();
    rmSync(directory, { recursive: true });
  }
});
