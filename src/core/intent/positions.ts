import {
  boolCoreTag,
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  intCoreTag,
  mapTag,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  Schema,
  seqTag,
  strTag,
  YAMLException,
} from "js-yaml";
import { Fault } from "../model/fault.ts";

/** The parts of a place in a document: keys and indexes. */
export type Path = readonly (string | number)[];

/** A YAML text that can say where each of its values stands. */
export interface Located {
  readonly value: unknown;
  /** `file:line:column` of a value, or of a key with `isKey`; of what holds it where it is not there. */
  where(path: Path, isKey?: boolean): string;
}

export const SCHEMA_REMEDY = "see netlogctl rules schema for what may stand there";

/** YAML 1.2 without fractions: nothing here is one, and libnftables takes 1.0 for no number and says nothing. */
const WITHOUT_FRACTIONS = new Schema([strTag, nullCoreTag, boolCoreTag, intCoreTag, seqTag, mapTag]);

/** Reads one YAML document without aliases, which an intent has no use for and which can be made to grow without end. */
export function parseYaml(text: string, source: string): Located {
  let starts: number[] | undefined;
  const place = (offset: number): string => {
    starts ??= lineStarts(text);
    const line = lineOf(starts, offset);
    return `${source}:${line + 1}:${offset - (starts[line] ?? 0) + 1}`;
  };
  try {
    const documents = constructFromEvents(eventsOf(text), { source: text, schema: WITHOUT_FRACTIONS, maxAliases: 0 });
    if (documents.length > 1)
      throw new Fault(
        "bad-input",
        `${source} holds ${documents.length} documents`,
        "keep one of them, or make them files",
      );
    let tree: Tree | undefined;
    return {
      value: documents[0],
      where: (path, isKey = false) => {
        tree ??= treeOf(eventsOf(text), text); // again, rather than to keep them: it is only asked where something is wrong
        return place(offsetOf(tree, path, isKey));
      },
    };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw faultOf(error, source, place);
  }
}

/** Where a value stands, said when it is asked. It holds nothing of the value itself. */
export function whereOf({ where }: Located, path: Path): () => string {
  return () => where(path);
}

/** Where each line begins. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The last line that begins at the offset or before it, from 0. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function eventsOf(text: string): Event[] {
  return parseEvents(text, { maxDepth: 64 });
}

function faultOf({ reason, mark }: YAMLException, source: string, place: (offset: number) => string): Fault {
  const where = place(mark?.position ?? 0);
  if (reason.includes("maxAliases"))
    return new Fault("bad-input", `${source} uses an alias (*name)`, "write the value out", { where });
  return new Fault("bad-input", `cannot read ${source}: ${reason}`, "mend the YAML", { where });
}

/** Where a value begins, and those in it. */
interface Tree {
  readonly offset: number;
  readonly items: readonly Tree[];
  readonly entries: ReadonlyMap<string, { readonly key: number; readonly value: Tree }>;
}

const NOTHING: Tree = { offset: 0, items: [], entries: new Map() };

function treeOf(events: readonly Event[], text: string): Tree {
  let at = 1; // behind the event of the document
  const read = (): Tree => {
    const event = events[at] as Event | undefined;
    at += 1;
    switch (event?.type) {
      case EVENT_ID.SEQUENCE:
        return { ...NOTHING, offset: event.start, items: readItems() };
      case EVENT_ID.MAPPING:
        return { ...NOTHING, offset: event.start, entries: readEntries() };
      case EVENT_ID.SCALAR:
        return { ...NOTHING, offset: startOf(event) };
      default:
        return NOTHING;
    }
  };
  const isEnd = (): boolean => events[at] === undefined || events[at]?.type === EVENT_ID.POP;
  const readItems = (): Tree[] => {
    const items: Tree[] = [];
    while (!isEnd()) items.push(read());
    at += 1;
    return items;
  };
  const readEntries = (): Tree["entries"] => {
    const entries = new Map<string, { key: number; value: Tree }>();
    while (!isEnd()) {
      const event = events[at] as Event;
      const key = read().offset;
      const name = event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : "";
      entries.set(name, { key, value: read() });
    }
    at += 1;
    return entries;
  };
  return read();
}

function startOf({ style, valueStart }: ScalarEvent): number {
  const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
  return isQuoted ? valueStart - 1 : Math.max(valueStart, 0);
}

function offsetOf(tree: Tree, path: Path, isKey: boolean): number {
  let current = tree;
  for (const [index, part] of path.entries()) {
    const entry = typeof part === "string" ? current.entries.get(part) : undefined;
    const isLast = index === path.length - 1;
    if (isKey && isLast && entry !== undefined) return entry.key;
    const next = typeof part === "number" ? current.items[part] : entry?.value;
    if (next === undefined) return current.offset;
    current = next;
  }
  return current.offset;
}

/** A path as the user would write it: `rules[2].match.tcp`. */
export function pathText(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}
