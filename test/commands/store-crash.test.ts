import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import Libsql from "libsql";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ROOT, runCli } from "../helpers/cli.ts";
import { TrialStore } from "../helpers/stored.ts";

let store: TrialStore;
beforeEach(() => {
  store = new TrialStore();
});
afterEach(() => store.remove());

/** Starts a writer and kills it once it has said so many times that something is written. */
async function writeAndKill(
  times: number,
  batch: number,
): Promise<{ written: number; notes: string[]; lastCursor: number }> {
  const child = spawn(process.execPath, [`${ROOT}test/helpers/store-writer.js`, store.file, String(batch), "2"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const notes: string[] = [];
  let [written, lastCursor, heard] = [0, 0, 0];
  const exited = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const [word = "", number = ""] = line.split(" ");
    if (word === "open") lastCursor = Number(number);
    if (word === "note" || word === "failure") notes.push(line);
    if (word !== "written") continue;
    written = Number(number);
    heard += 1;
    if (heard === times) child.kill("SIGKILL");
  }
  await exited;
  return { written, notes, lastCursor };
}

test.each([1, 50, 2000])("kill -9 corrupts nothing, and what may be missing is told: batches of %d", async (batch) => {
  let before = 0;
  for (const times of [1, 2, 4]) {
    const { written, notes, lastCursor } = await writeAndKill(times, batch);
    expect(notes).toHaveLength(before === 0 ? 0 : 1);
    if (before > 0) expect(notes[0]).toContain("the log service ended without closing its store: what came after");
    const database = new Libsql(store.file);
    expect(database.prepare("PRAGMA integrity_check").raw().get()).toEqual(["ok"]);
    database.close();
    const reader = await store.read();
    const cursors = [...reader.events({ after: lastCursor })].map(({ cursor }) => cursor);
    expect(cursors).toEqual(Array.from(cursors, (_, at) => (cursors[0] ?? 0) + at));
    expect(cursors.length).toBeGreaterThan(0);
    if (written < 5000) expect(cursors.length).toBeGreaterThanOrEqual(written);
    expect(store.broken).toEqual([]);
    before = cursors.at(-1) ?? 0;
  }
  const reader = await store.read();
  expect(reader.count({}).losses).toBe(2);
});

test("one writes at a time; readers go on", async () => {
  const first = spawn(process.execPath, [`${ROOT}test/helpers/store-writer.js`, store.file, "10", "2"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: first.stdout })) if (line.startsWith("written")) break;
  const second = spawn(process.execPath, [`${ROOT}test/helpers/store-writer.js`, store.file, "10", "2"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = (await second.stderr.toArray()).join("");
  expect(said).toContain(`another program writes the store ${store.file}`);
  const { code, stdout } = await runCli(["packets", "query", "--store", store.file, "--count"]);
  expect({ code, isSome: Number(stdout) > 0 }).toEqual({ code: 0, isSome: true });
  first.kill("SIGKILL");
  await once(first, "exit");
});
