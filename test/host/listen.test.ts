import { once } from "node:events";
import { linkSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listenAt } from "../../src/host/listen.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "netlogctl-listen-"));
  path = join(directory, "bus.sock");
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A service there; whoever connects is told its number. */
const open = (number: number) =>
  listenAt(path, { mode: 0o660, gid: undefined }, (socket) => {
    socket.on("error", () => socket.destroy()).end(String(number));
  });

async function answer(): Promise<string> {
  const socket = connect(path);
  const [chunk] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return chunk.toString();
}

/** A socket whose service is gone without a word. */
async function leaveDead(): Promise<void> {
  const server = createServer().listen(join(directory, "dying"));
  await once(server, "listening");
  linkSync(join(directory, "dying"), path);
  server.close();
}

test.each([
  ["where nothing stands", async () => {}],
  ["where a dead socket stands", leaveDead],
])("of several at once one gets the place, %s, and keeps it", async (_, before) => {
  for (let round = 0; round < 20; round += 1) {
    await before();
    const ends = await Promise.allSettled([0, 1, 2, 3].map(open));
    const got = ends.flatMap((end, number) => (end.status === "fulfilled" ? [{ number, server: end.value }] : []));
    expect(got).toHaveLength(1);
    for (const end of ends) {
      if (end.status === "rejected") expect(end.reason.message).toMatch(/bus\.sock: a service listens there$/);
    }
    expect(await answer()).toBe(String(got[0]?.number));
    expect(readdirSync(directory)).toEqual(["bus.sock"]);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    got[0]?.server.close();
    expect(readdirSync(directory)).toEqual([]);
  }
});

test("what is no socket is left", async () => {
  writeFileSync(path, "mine");
  await expect(open(1)).rejects.toThrow("something else stands there");
  expect(readdirSync(directory)).toEqual(["bus.sock"]);
});
