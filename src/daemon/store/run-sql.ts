import type Database from "libsql";
import { Fault } from "../../core/model/fault.ts";
import { scalarFields } from "../../core/store/columns.ts";
import { refusalOf } from "../../core/store/select-statement.ts";
import type { SqlAnswer, SqlValue } from "../../core/store/sql.ts";
import { storedEvent } from "../../core/store/stored-event.ts";

const LINES_AT_ONCE = 1000;

/** What is loaded is held in memory. */
const BYTES_MAX = 1024 ** 3;

/**
 * Runs one statement that only reads over these lines, as the view `events`: a column for each field that is one value, and
 * `event`, the whole as JSON. It has a database in memory of its own: the store's is out of its reach. The statement is a
 * view there, in which SQLite lets it call nothing that reaches beyond the database (readfile and writefile are built in).
 * @throws Fault for any other statement, for what SQLite does not take, and for more than memory should hold
 */
export async function runSql(lines: Iterable<{ readonly line: string }>, sql: string): Promise<SqlAnswer> {
  const refusal = refusalOf(sql);
  if (refusal !== undefined) {
    throw new Fault(
      "usage",
      `the SQL is not one SELECT: ${refusal}`,
      "write it like: SELECT src, count(*) FROM events GROUP BY src",
    );
  }
  const { default: Libsql } = await import("libsql");
  const database = new Libsql(":memory:");
  database.exec(`PRAGMA trusted_schema = 0; CREATE TABLE loaded (lines BLOB NOT NULL); ${viewOfEvents()}`);
  const explain = EXPLAIN.exec(sql)?.[0] ?? "";
  const answer = `${explain}SELECT * FROM answer`;
  told(() => {
    database.prepare(`CREATE VIEW answer AS ${sql.slice(explain.length)}`).run();
    database.prepare(answer); // what is wrong with it is told before the store is read
  });
  const bytes = load(database, lines);
  database.exec(`PRAGMA hard_heap_limit = ${2 * bytes + ANSWER_BYTES_MAX}; PRAGMA query_only = 1`);
  return told(() => answerOf(database.prepare(answer).raw()));
}

/** What SQLite may take beside what is loaded: no value of an answer is as large as what JavaScript has no string for. */
const ANSWER_BYTES_MAX = 256 * 1024 ** 2;

const EXPLAIN = /^\s*EXPLAIN(?:\s+QUERY\s+PLAN)?\s/i;

function viewOfEvents(): string {
  const columns = scalarFields().map((name) => `value ->> '$.${name}' AS "${name}"`);
  return `CREATE VIEW events AS SELECT ${[...columns, "value AS event"].join(", ")} FROM loaded, json_each(loaded.lines)`;
}

/** How many characters there were. */
function load(database: Database.Database, lines: Iterable<{ readonly line: string }>): number {
  const insert = database.prepare("INSERT INTO loaded VALUES (jsonb(?))");
  let [bytes, waiting] = [0, [] as string[]];
  const flush = (): void => {
    if (waiting.length > 0) insertAll(insert, waiting);
    waiting = [];
  };
  database.exec("BEGIN");
  for (const { line } of lines) {
    waiting.push(line);
    bytes += line.length;
    if (bytes > BYTES_MAX)
      throw new Fault(
        "refused",
        "more than 1 GiB of events would have to be held in memory",
        "ask for less: --since, --prefix, --src, --limit",
      );
    if (waiting.length >= LINES_AT_ONCE) flush();
  }
  flush();
  database.exec("COMMIT");
  return bytes;
}

/** Lines that somebody else wrote may be no events: they are looked at one by one only where there are such. */
function insertAll(insert: Database.Statement, lines: readonly string[]): void {
  try {
    insert.run([`[${lines.join(",")}]`]);
  } catch (error) {
    const whole = lines.filter((line) => storedEvent(line) !== undefined);
    if (whole.length === lines.length) throw error;
    insert.run([`[${whole.join(",")}]`]);
  }
}

function answerOf(statement: Database.Statement): SqlAnswer {
  const head = statement.columns().map(({ name }) => name);
  return { head, rows: rowsOf(statement) };
}

function* rowsOf(statement: Database.Statement): Generator<SqlValue[]> {
  const rows = told(() => statement.iterate() as Iterator<unknown[]>);
  for (;;) {
    const { done, value } = told(() => rows.next());
    if (done === true) return;
    yield (value as unknown[]).map(sqlValue);
  }
}

function sqlValue(value: unknown): SqlValue {
  if (Buffer.isBuffer(value)) return value.toString("hex");
  return typeof value === "string" || typeof value === "number" ? value : null;
}

function told<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Fault) throw error;
    if (error.message === "out of memory")
      throw new Fault("refused", "the answer would take too much memory", "ask for less", { cause: error });
    const remedy =
      "the view is events; its columns are the fields of netlogctl packets fields without a point, in quotes where they are words of SQL (\"in\"); others: event ->> '$.tcp.flags'";
    throw new Fault("bad-input", `SQLite does not take the statement: ${error.message}`, remedy, { cause: error });
  }
}
