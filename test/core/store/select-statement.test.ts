import { expect, test } from "vitest";
import { refusalOf } from "../../../src/core/store/select-statement.ts";

test.each([
  "SELECT 1",
  "  select * from events; ",
  "WITH a AS (SELECT 1) SELECT * FROM a -- ; ATTACH 'x' AS y",
  "VALUES (1), (2)",
  "EXPLAIN SELECT 1",
  "EXPLAIN QUERY PLAN SELECT 1",
  "SELECT ';' || \"a;b\" || `;` || [;]",
  "/* ; */ SELECT 'it''s; one'",
])("one that reads: %s", (sql) => {
  expect(refusalOf(sql)).toBeUndefined();
});

test.each([
  ["", "there is no statement"],
  ["-- nothing", "there is no statement"],
  [";", "there is no statement"],
  ["SELECT 1; SELECT 2", "there is more than one statement"],
  ["SELECT 1; ATTACH '/etc/x' AS y", "there is more than one statement"],
  ["/**/ATTACH '/tmp/x' AS y", "it begins with ATTACH"],
  ["PRAGMA writable_schema = 1", "it begins with PRAGMA"],
  ["EXPLAIN PRAGMA journal_mode = delete", "it begins with PRAGMA"],
  ["EXPLAIN QUERY PLAN ATTACH 'x' AS y", "it begins with ATTACH"],
  ["EXPLAIN", "it begins with nothing"],
  ["DELETE FROM loaded", "it begins with DELETE"],
  ["'SELECT'", "it begins with 'SELECT'"],
  ["\u0000SELECT 1", "it begins with \u0000"],
])("no such: %s", (sql, why) => {
  expect(refusalOf(sql)).toBe(why);
});
