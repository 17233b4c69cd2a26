import { mkdirSync, writeFileSync } from "node:fs";
import Libsql from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TrialStore } from "../../helpers/stored.ts";

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

  test.each(["", "PRAGMA journal_mode = WAL"])("one that was begun and not made: %s", async (sql) => {
    writeFileSync(store.file, "");
    const database = new Libsql(store.file);
    database.exec(sql);
    database.close();
    await expect(store.read()).rejects.toThrow(fault("not-found", "there is nothing in the store"));
    (await store.write()).close();
    expect([...(await store.read()).events({})]).toEqual([]);
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

test.each([
  "DROP TABLE topics; CREATE VIEW topics AS SELECT 1 AS id, readfile('/etc/hostname') AS name, 'x' AS prefix",
  "CREATE TRIGGER t BEFORE INSERT ON blocks BEGIN SELECT raise(ABORT, 'no'); END",
])("a store that somebody prepared is refused: %s", async (sql) => {
  (await store.write()).close();
  const database = new Libsql(store.file);
  database.exec(sql);
  database.close();
  const refused = fault("bad-input", "has views or triggers: somebody else changed it");
  await expect(store.read()).rejects.toThrow(refused);
  await expect(store.write()).rejects.toThrow(refused);
});
