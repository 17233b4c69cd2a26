/** Events that came one after the other. */
export interface Batch {
  /** A line of JSON each, with its newline and its cursor. */
  readonly text: Buffer;
  /** Where each line begins; one more for the end. */
  readonly starts: Uint32Array;
  /** What each is told under, as its place in `topics`. */
  readonly topicOf: Uint16Array;
  readonly topics: readonly string[];
  /** The cursor of the first; each next has the next number. */
  readonly first: number;
}

/** What losses are told under: whoever gets any events gets these, too. */
export const LOSS_TOPIC = "loss";

/** `,"cursor":` and so many digits go before the end of a line: enough for microseconds since 1970. */
const CURSOR = Buffer.from(',"cursor":');
const DIGITS = 16;
const END = Buffer.from("}\n");
const ADDED = CURSOR.length + DIGITS;

/**
 * Cuts lines of events that a reader wrote, and gives each its cursor. No line is parsed: a quote within a text is escaped,
 * so that the first `,"topic":"` is the key.
 * @param lines whole, each the JSON of an event
 * @param first less than 10^16
 */
export function cutBatch(lines: Buffer, first: number): Batch {
  const text = lines.toString("latin1");
  const count = countLines(text);
  const out = Buffer.allocUnsafe(lines.length + count * ADDED);
  const starts = new Uint32Array(count + 1);
  const topicOf = new Uint16Array(count);
  const topics = new Topics(text);
  const digits = new Digits(first);
  let to = 0;
  for (let event = 0, at = 0; event < count; event += 1) {
    const end = text.indexOf("\n", at);
    starts[event] = to;
    topicOf[event] = topics.placeIn(at, end);
    to += lines.copy(out, to, at, end - 1);
    to += CURSOR.copy(out, to);
    to += digits.bytes.copy(out, to, digits.from);
    to += END.copy(out, to);
    digits.increase();
    at = end + 1;
  }
  starts[count] = to;
  return { text: out.subarray(0, to), starts, topicOf, topics: topics.names, first };
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** A number in decimal that is counted up. */
class Digits {
  readonly bytes = Buffer.alloc(DIGITS, 0x30);
  /** Where it begins. */
  from: number;

  constructor(value: number) {
    const text = String(value);
    this.from = DIGITS - text.length;
    this.bytes.write(text, this.from, "latin1");
  }

  increase(): void {
    let place = DIGITS - 1;
    for (; this.bytes[place] === NINE; place -= 1) this.bytes[place] = ZERO;
    this.bytes[place] = (this.bytes[place] as number) + 1;
    this.from = Math.min(this.from, place);
  }
}

const [ZERO, NINE] = [0x30, 0x39];

export function countOf({ topicOf }: Batch): number {
  return topicOf.length;
}

/** The lines from one to before another, as they stand. */
export function linesIn({ text, starts }: Batch, from: number, to: number): Buffer {
  return text.subarray(starts[from], starts[to]);
}

const KEY = ',"topic":"';
/** What stands between the quotes of a JSON text. */
const STRING = /(?:[^"\\]|\\.)*/y;

class Topics {
  readonly names: string[] = [];
  readonly #text: string;
  readonly #places = new Map<string, number>();
  /** Where the next key stands: lines without one are passed over at once. */
  #key = -1;

  /** @param text the lines, a letter for each byte */
  constructor(text: string) {
    this.#text = text;
  }

  placeIn(at: number, end: number): number {
    const raw = this.#rawIn(at, end);
    return this.#places.get(raw) ?? this.#add(raw);
  }

  #rawIn(at: number, end: number): string {
    if (this.#key < at) this.#key = indexOrEnd(this.#text, KEY, at);
    if (this.#key > end) return LOSS_TOPIC;
    const start = this.#key + KEY.length;
    const quote = this.#text.indexOf('"', start);
    if (this.#text[quote - 1] !== "\\") return this.#text.slice(start, quote);
    STRING.lastIndex = start;
    return STRING.exec(this.#text)?.[0] ?? LOSS_TOPIC;
  }

  #add(raw: string): number {
    const place = this.names.length;
    this.#places.set(raw, place);
    this.names.push(JSON.parse(`"${Buffer.from(raw, "latin1").toString("utf8")}"`));
    return place;
  }
}

function indexOrEnd(text: string, part: string, from: number): number {
  const at = text.indexOf(part, from);
  return at < 0 ? text.length : at;
}
