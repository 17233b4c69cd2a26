import { mkdirSync, writeFileSync } from "node:fs";
import Libsql from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StoreReader } from "../../../src/core/store/reader.ts";
import { batchOf, TrialStore } from "../../helpers/stored.ts";
import { trafficOf } from "../../helpers/traffic.ts";

let store: TrialStore;
beforeEach(() => {
  store = new TrialStore();
});
afterEach(() => store.remove());

const fault = (code: string, message: string) =>
  expect.objectContaining({ name: "Fault", code, message: expect.stringContaining(message) });

describe("what is no store of ours", () => {
  test("nothing there", async () => {
    await expect(store.read()).rejects.toThrow(fault("not-found", `there is no store ${store.file}`));
  });

  test("a directory", async () => {
    mkdirSync(store.file);
    await expect(store.read()).rejects.toThrow(fault("bad-input", "EISDIR"));
  });

  test("a text", async () => {
    writeFileSync(store.file, "no database\n".repeat(1000));
    await expect(store.read()).rejects.toThrow(fault("bad-input", "is no SQLite database"));
    await expect(store.write()).rejects.toThrow(fault("bad-input", "is no SQLite database"));
  });

  test.each([
    ["another program's", "CREATE TABLE a (b)", "is no store of netlogctl's"],
    ["an empty one of another program", "PRAGMA application_id = 7; CREATE TABLE a (b)", "is no store of netlogctl's"],
  ])("%s", async (_, sql, message) => {
    const database = new Libsql(store.file);
    database.exec(sql);
    database.close();
    await expect(store.read()).rejects.toThrow(fault("bad-input", message));
    await expect(store.write()).rejects.toThrow(fault("bad-input", message));
  });

  test("a newer form", async () => {
    (await store.write()).close();
    const database = new Libsql(store.file);
    database.exec("PRAGMA user_version = 99");
    database.close();
    await expect(store.read()).rejects.toThrow(fault("not-supported", "of a newer netlogctl (form 99"));
    await expect(store.write()).rejects.toThrow(fault("not-supported", "of a newer netlogctl (form 99"));
  });
});

test("a store that somebody prepared reaches no other file", async () => {
  (await store.write()).close();
  const database = new Libsql(store.file);
  database.exec(
    "DROP TABLE topics; CREATE VIEW topics AS SELECT 1 AS id, readfile('/etc/hostname') AS name, 'x' AS prefix",
  );
  database.close();
  const reader = await store.read().catch((error: unknown) => error);
  const read = (): unknown => (reader as StoreReader).topics();
  expect(reader instanceof Error ? reader : catchOf(read)).toEqual(fault("refused", "unsafe use of readfile()"));
});

function catchOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

test("a block that is broken is told and left out", async () => {
  const writer = await store.write();
  for (const round of [0, 1]) {
    writer.add(batchOf(trafficOf([`t${round}`], 20, round), 1000 + round * 20));
    writer.commit(Date.now());
  }
  const database = new Libsql(store.file);
  database.exec("UPDATE lines SET deflated = x'ffff00' WHERE block = 1");
  database.close();
  const reader = await store.read();
  expect([...reader.events({})].map(({ cursor }) => cursor)).toEqual(Array.from({ length: 20 }, (_, at) => 1020 + at));
  expect(store.broken).toEqual([
    expect.stringMatching(/^block 1 is broken and left out \(nft:t0, 2026-11-29T10:00:00\..* to 2026/),
  ]);
});

test("addresses lead to their blocks, and a block of too many is looked at", async () => {
  const writer = await store.write();
  writer.add(batchOf(trafficOf(["a", "b"], 3000, 0), 1000));
  const spread = Array.from({ length: 300 }, (_, at) => ({
    ...trafficOf(["c"], 1, at)[0],
    src: `2001:db8::${at.toString(16)}`,
  }));
  writer.add(batchOf(spread as never, 4000));
  writer.commit(Date.now());
  const reader = await store.read();
  const of = (texts: readonly string[]) => {
    const isWanted = (line: string): boolean => texts.includes((JSON.parse(line) as { src: string }).src);
    return reader.count({ addresses: [texts.map((text) => ({ first: bytes(text), last: bytes(text) }))], isWanted })
      .packets;
  };
  const bytes = (text: string): Buffer =>
    Buffer.from(
      text.includes(":")
        ? `20010db8${"0".repeat(20)}${(text.split("::")[1] ?? "").padStart(4, "0")}`
        : text
            .split(".")
            .map((part) => Number(part).toString(16).padStart(2, "0"))
            .join(""),
      "hex",
    );
  const all = [...reader.events({})].map(({ line }) => (JSON.parse(line) as { src: string }).src);
  for (const one of [all[0] ?? "", all[1500] ?? "", "2001:db8::7", "9.9.9.9"]) {
    expect(of([one])).toBe(all.filter((src) => src === one).length);
  }
});
