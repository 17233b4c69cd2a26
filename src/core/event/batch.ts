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

/**
 * Cuts lines of events that a reader wrote, and gives each its cursor. No line is parsed: a quote within a text is escaped,
 * so that the first `,"topic":"` is the key.
 * @param lines in latin1, whatever they hold, and whole
 */
export function cutBatch(lines: string, first: number): Batch {
  const starts: number[] = [];
  const topicOf: number[] = [];
  const topics = new Topics();
  const pieces: string[] = [];
  let size = 0;
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf("\n", at);
    const line = lines.slice(at, end);
    const tail = `,"cursor":${first + starts.length}}\n`;
    starts.push(size);
    topicOf.push(topics.placeOf(line));
    pieces.push(line.slice(0, -1), tail);
    size += line.length - 1 + tail.length;
    at = end + 1;
  }
  starts.push(size);
  return {
    text: Buffer.from(pieces.join(""), "latin1"),
    starts: Uint32Array.from(starts),
    topicOf: Uint16Array.from(topicOf),
    topics: topics.names,
    first,
  };
}

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
  readonly #places = new Map<string, number>();

  placeOf(line: string): number {
    const raw = rawTopic(line);
    return this.#places.get(raw) ?? this.#add(raw);
  }

  #add(raw: string): number {
    const place = this.names.length;
    this.#places.set(raw, place);
    this.names.push(JSON.parse(`"${Buffer.from(raw, "latin1").toString("utf8")}"`));
    return place;
  }
}

function rawTopic(line: string): string {
  const at = line.indexOf(KEY);
  if (at < 0) return LOSS_TOPIC;
  STRING.lastIndex = at + KEY.length;
  return STRING.exec(line)?.[0] ?? LOSS_TOPIC;
}
