import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runSql } from "../../../dist/src/daemon/store/run-sql.js";
import { fixtures } from "../targets.js";

/** What makes much of little: it is for a person to interrupt, not for us. */
const ENDLESS = /recursive|blob|printf|format|replace|generate|zero|random|hex|quote|char|concat|string_agg|\|\|/i;

/** SQL of `packets query`: an answer or a fault, and not a file more than before. */
export const target = {
  bytesMax: 400,
  tokens: [
    ...[
      "SELECT ",
      "* ",
      "FROM events ",
      "WHERE ",
      "GROUP BY ",
      "WITH x AS (",
      "VALUES (",
      "EXPLAIN QUERY PLAN ",
      "count(*)",
      "event ->> '$.src'",
      "UNION ALL ",
      "json_each(",
      "OVER (",
    ],
    ...[
      "ATTACH 'x' AS y",
      "PRAGMA ",
      "pragma_table_info('loaded')",
      "load_extension('x')",
      "readfile('/etc/passwd')",
      "writefile('x','y')",
      "INSERT INTO ",
      "DELETE FROM loaded",
      "DROP TABLE ",
      "CREATE ",
      "VACUUM INTO 'x'",
      "; ",
      "--",
      "/*",
      "loaded",
      "answer",
      "sqlite_master",
      "fts3_tokenizer(",
      "edit(",
    ],
  ],
  async run(/** @type {Buffer} */ bytes) {
    const sql = bytes.toString("utf8");
    if (ENDLESS.test(sql) || (sql.match(/join|,/gi) ?? []).length > 12) return;
    const { head, rows } = await runSql([{ line: LINE }], sql);
    assert.ok(head.every((name) => typeof name === "string"));
    for (let count = 0; count < 50; count += 1) if (rows[Symbol.iterator]().next().done === true) break;
    assert.deepEqual(readdirSync(DIRECTORY), []);
    assert.ok(!existsSync("x"));
  },
};

const LINE =
  fixtures("packets", /nflog\.json\.ndjson$/)[0]
    ?.toString("utf8")
    .split("\n")[0] ?? "";
const DIRECTORY = mkdtempSync(join(tmpdir(), "netlogctl-fuzz-"));
process.on("exit", () => rmSync(DIRECTORY, { recursive: true, force: true }));
