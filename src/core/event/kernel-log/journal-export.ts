import { JOURNAL_FIELDS, type JournalEntry } from "./journal-entry.ts";

/** An entry, and the number of the line in which its message begins. */
interface ExportedEntry {
  readonly fields: JournalEntry;
  readonly line: number;
}

/** Reads entries out of bytes that come in pieces of any size. */
export interface JournalExport {
  push(chunk: Buffer): ExportedEntry[];
  /** The last entry, if no empty line stands behind it. */
  end(): ExportedEntry[];
  /** The line of a field that could not be read: its size is none, or it is cut off. Nothing behind it can be read. */
  brokenAt(): number | undefined;
}

/** systemd, DATA_SIZE_MAX in journal-importer.h. */
const DATA_BYTES_MAX = 768 * 1024 * 1024;
const VALUE_BYTES_MAX = 65_536;
/** journald takes no longer ones. */
const NAME_BYTES_MAX = 64;
const LINE_FEED = 10;
const SIZE_BYTES = 8;

/** Where in an entry the reader is: in a line, in the size of a value that holds any bytes, in such a value, or nowhere any more. */
type Place = "line" | "size" | "value" | "lost";

/**
 * Reads the Journal Export Format (systemd, JOURNAL_EXPORT_FORMATS): `NAME=text` or `NAME`, the size in 8 bytes and as
 * many of them; an empty line behind each entry. Holds the fields of one entry that are needed, each up to 64 KiB.
 */
export function createJournalExport(): JournalExport {
  return new ExportReader();
}

class ExportReader implements JournalExport {
  #place: Place = "line";
  #held: Buffer[] = [];
  #size = 0;
  #missing = 0;
  #name = "";
  #entry = new Map<string, string>();
  /** The numbers of this line, of the one that named the field, and of the message's. */
  #lineNumber = 1;
  #fieldAt = 1;
  #messageAt = 1;

  push(chunk: Buffer): ExportedEntry[] {
    const entries: ExportedEntry[] = [];
    let rest = chunk;
    while (rest.length > 0 && this.#place !== "lost") {
      rest = rest.subarray(this.#place === "line" ? this.#line(rest, entries) : this.#bytes(rest));
    }
    return entries;
  }

  end(): ExportedEntry[] {
    const entries: ExportedEntry[] = [];
    if (this.#place === "line") {
      this.#finishLine(entries);
      this.#finishEntry(entries);
    }
    return entries;
  }

  brokenAt(): number | undefined {
    return this.#place === "line" ? undefined : this.#fieldAt;
  }

  /** Takes up to the next line feed, and tells how many bytes that were. */
  #line(bytes: Buffer, entries: ExportedEntry[]): number {
    const at = bytes.indexOf(LINE_FEED);
    this.#keep(at === -1 ? bytes : bytes.subarray(0, at));
    if (at === -1) return bytes.length;
    this.#finishLine(entries);
    this.#lineNumber += 1;
    return at + 1;
  }

  #finishLine(entries: ExportedEntry[]): void {
    const line = this.#take();
    this.#fieldAt = this.#lineNumber;
    const equals = line.indexOf("=");
    if (line.length === 0) this.#finishEntry(entries);
    else if (equals === -1) this.#awaitSize(line);
    else this.#set(line.toString("latin1", 0, equals), line.subarray(equals + 1));
  }

  /** A line that is no name is passed over. */
  #awaitSize(name: Buffer): void {
    if (name.length > NAME_BYTES_MAX) return;
    this.#name = name.toString("latin1");
    this.#place = "size";
    this.#missing = SIZE_BYTES;
  }

  #bytes(bytes: Buffer): number {
    const part = bytes.subarray(0, Math.min(bytes.length, this.#missing));
    this.#keep(part);
    this.#missing -= part.length;
    this.#lineNumber += lineFeedsIn(part);
    if (this.#missing > 0) return part.length;
    if (this.#place === "size") this.#startValue(this.#take());
    else this.#finishValue(this.#take());
    return part.length;
  }

  /** A line feed follows the value, which is taken with it. */
  #startValue(size: Buffer): void {
    this.#missing = Number(size.readBigUInt64LE()) + 1;
    this.#place = this.#missing > DATA_BYTES_MAX ? "lost" : "value";
  }

  #finishValue(value: Buffer): void {
    this.#place = "line";
    this.#set(this.#name, value.at(-1) === LINE_FEED ? value.subarray(0, -1) : value);
  }

  #set(name: string, value: Buffer): void {
    if (name === "MESSAGE") this.#messageAt = this.#fieldAt;
    if (JOURNAL_FIELDS.has(name)) this.#entry.set(name, value.toString("utf8"));
  }

  #finishEntry(entries: ExportedEntry[]): void {
    if (this.#entry.size > 0) entries.push({ fields: this.#entry, line: this.#messageAt });
    this.#entry = new Map();
  }

  #keep(part: Buffer): void {
    const kept = part.subarray(0, VALUE_BYTES_MAX - this.#size);
    if (kept.length === 0) return;
    this.#held.push(Buffer.from(kept)); // the reader may use its memory again
    this.#size += kept.length;
  }

  #take(): Buffer {
    const whole = Buffer.concat(this.#held);
    this.#held = [];
    this.#size = 0;
    return whole;
  }
}

function lineFeedsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
