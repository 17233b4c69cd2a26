import type Database from "libsql";
import { Fault } from "../../core/model/fault.ts";
import { type Host, HostError, orUndefined } from "../../core/model/host.ts";

/** "nlog": what file(1) and others know it by. */
const APPLICATION_ID = 0x6e_6c_6f_67;
const VERSION = 1;

/** How much the log of writes may keep of the disk between two commits. */
const JOURNAL_BYTES = 16 * 1024 * 1024;

/**
 * Lines stand apart from what is known of their block, so that a search reads little. Addresses are of segments, some
 * blocks of one topic one behind the other: what is added stands near together, and what goes goes at once.
 */
const TABLES = `
CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, prefix TEXT NOT NULL);
CREATE TABLE blocks (
  id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, segment INTEGER NOT NULL, first_ts TEXT NOT NULL, last_ts TEXT NOT NULL,
  first_cursor INTEGER NOT NULL, last_cursor INTEGER NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL,
  size INTEGER NOT NULL, is_spread INTEGER NOT NULL
);
CREATE INDEX blocks_by_cursor ON blocks (topic, last_cursor);
CREATE INDEX blocks_by_time ON blocks (topic, last_ts, last_cursor);
CREATE TABLE lines (block INTEGER PRIMARY KEY, deflated BLOB NOT NULL);
CREATE TABLE addresses (
  segment INTEGER NOT NULL, address BLOB NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (segment, address, block)
) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
`;

/** What stands in a file that somebody else made, such as a view, may call nothing that reaches beyond it. */
const UNTRUSTED = "PRAGMA trusted_schema = 0";

/** Opens a store to write it; an empty file becomes one. */
export async function openToWrite(file: string): Promise<Database.Database> {
  const database = await opened(file, file);
  try {
    const isNew = isEmpty(database);
    if (!isNew) refuseForeign(database, file);
    if (isNew) database.exec("PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL");
    database.exec(
      `${UNTRUSTED}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${JOURNAL_BYTES}; PRAGMA wal_autocheckpoint = 1000; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16384`,
    );
    if (isNew) create(database);
  } catch (error) {
    database.close();
    throw faultOfSqlite(error, file, "open");
  }
  return database;
}

/** From then on something may be missing that came and was never written. */
const BEGUN = "INSERT INTO meta VALUES ('closed', 1), ('written', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));";

function create(database: Database.Database): void {
  database.exec(
    `BEGIN; ${TABLES} ${BEGUN} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION}; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)`,
  );
}

/** Opens a store to read it. Nothing is written, not even by mistake. */
export async function openToRead(host: Host, file: string, isOwn: boolean): Promise<Database.Database> {
  if (!isOwn) await refuseUnreadable(host, file);
  const name = `file:${file.split("/").map(encodeURIComponent).join("/")}?mode=ro`;
  try {
    return await openedToRead(name, file);
  } catch (error) {
    // SQLite wants a file of its own beside it. Where nobody writes it, and it may not make one, it is as it is.
    if (!NOT_BESIDE.test(codeOf(error)) || (await isWritten(host, file))) throw faultOfSqlite(error, file, "read");
  }
  try {
    return await openedToRead(`${name}&immutable=1`, file);
  } catch (error) {
    throw faultOfSqlite(error, file, "read");
  }
}

/** SQLITE_CANTOPEN, SQLITE_READONLY, and SQLITE_READONLY_DIRECTORY, for which libsql has no name. */
const NOT_BESIDE = /^(?:SQLITE_CANTOPEN|SQLITE_READONLY|UNKNOWN_SQLITE_ERROR_1544$)/;

async function openedToRead(name: string, file: string): Promise<Database.Database> {
  const database = await opened(name, file);
  try {
    database.exec(`${UNTRUSTED}; PRAGMA query_only = 1; PRAGMA busy_timeout = 5000`);
    if (isEmpty(database)) throw empty(file);
    refuseForeign(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether somebody has the store open to write it, or left it in the middle: then its log of writes is there. */
async function isWritten(host: Host, file: string): Promise<boolean> {
  return (await orUndefined(host.inode(`${file}-wal`), "ENOENT")) !== undefined;
}

/** What SQLite does not say: that there is no such file, that it is not for everybody, or that it holds nothing (it would wait for a pipe). */
async function refuseUnreadable(host: Host, file: string): Promise<void> {
  try {
    await host.read(file, 0);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    if (error.code === "EFBIG") return;
    throw unreadable(error, file);
  }
  throw empty(file);
}

/** A service that begins, or that was ended there, has not made it yet. */
function empty(file: string): Fault {
  return new Fault(
    "not-found",
    `there is nothing in the store ${file} yet`,
    "run netlogctl serve, which writes it; or name another file: --store FILE",
  );
}

const NAME_IT = "name it: --store FILE; netlogctl serve writes one if the intent has serve.store";

function unreadable(cause: HostError, file: string): Fault {
  if (cause.code === "ENOENT") return new Fault("not-found", `there is no store ${file}`, NAME_IT, { cause });
  const message = `cannot read the store ${file}: ${cause.code === "EISDIR" ? "it is a directory (EISDIR)" : cause.code}`;
  if (cause.code !== "EACCES" && cause.code !== "EPERM") return new Fault("bad-input", message, NAME_IT, { cause });
  return new Fault("not-permitted", message, "run it as root, or as a member of the file's group", { cause });
}

async function opened(name: string, file: string): Promise<Database.Database> {
  const { default: Libsql } = await import("libsql");
  try {
    return new Libsql(name);
  } catch (error) {
    throw faultOfSqlite(error, file, "open");
  }
}

function isEmpty(database: Database.Database): boolean {
  return (
    number(database, "SELECT count(*) FROM sqlite_master") === 0 && number(database, "PRAGMA application_id") === 0
  );
}

function foreign(file: string): Fault {
  return new Fault("bad-input", `${file} is no store of netlogctl's`, "name another file");
}

function refuseForeign(database: Database.Database, file: string): void {
  if (number(database, "PRAGMA application_id") !== APPLICATION_ID) throw foreign(file);
  if (number(database, "SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')") > 0) {
    throw new Fault(
      "bad-input",
      `${file} has views or triggers: somebody else changed it`,
      "put it aside; a new one is made",
    );
  }
  const version = number(database, "PRAGMA user_version");
  if (version <= VERSION) return;
  throw new Fault(
    "not-supported",
    `the store ${file} is of a newer netlogctl (form ${version}, known up to ${VERSION})`,
    "read it with that one",
  );
}

/** The one number that a statement answers. */
export function number(database: Database.Database, sql: string): number {
  return Number((database.prepare(sql).raw().get() as unknown[] | undefined)?.[0] ?? 0);
}

/** A text as it is stored: as JSON, since one with a NUL in it does not come out of SQLite whole. */
export function textIn(text: string | null): string {
  return JSON.stringify(text);
}

/** What was stored so. */
export function textOut<T extends string | null>(text: string): T {
  return JSON.parse(text) as T;
}

/** SQLite's name for what went wrong. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** The fault for what SQLite says of a store; others stay what they are. */
export function faultOfSqlite(error: unknown, file: string, act: string): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === "SQLITE_NOTADB") {
    return new Fault("bad-input", `${file} is no SQLite database`, "name another file", { cause: error });
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    const remedy = "put it aside; what can be saved of it: sqlite3 FILE .recover";
    return new Fault("bad-input", `the store ${file} is broken: ${error.message}`, remedy, { cause: error });
  }
  if (!code.startsWith("SQLITE_") && !error.message.startsWith("ConnectionFailed")) return error;
  const says = error.message.replace(/^ConnectionFailed\("(.*): ([0-9]+)"\)$/s, "SQLite's error $2");
  return new Fault("refused", `cannot ${act} the store ${file}: ${says}`, "see that its directory can be written", {
    cause: error,
  });
}
