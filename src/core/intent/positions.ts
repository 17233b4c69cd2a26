import { type Document, isMap, isNode, isScalar, LineCounter, type Node, type ParsedNode, parseDocument } from "yaml";
import { Fault } from "../model/fault.ts";

/** The parts of a place in a document: keys and indexes. */
export type Path = readonly (string | number)[];

/** A YAML text that can say where each of its values stands. */
export interface Located {
  readonly value: unknown;
  /** `file:line:column` of a value, or of a key with `isKey`; of what holds it where it is not there. */
  where(path: Path, isKey?: boolean): string;
}

const REMEDY = "see netlogctl rules schema for what may stand there";

/** Reads YAML 1.2 without aliases, which an intent has no use for and which can be made to grow without end. */
export function parseYaml(text: string, source: string): Located {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, version: "1.2" });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${source}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    throw new Fault("bad-input", `cannot read ${source}: ${error.message}`, "mend the YAML", {
      where: place(error.pos[0]),
    });
  }
  return {
    value: toValue(document, source),
    where: (path, isKey = false) => place(offsetOf(document, path, isKey)),
  };
}

function toValue(document: Document.Parsed, source: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new Fault("bad-input", `${source} uses an alias (*name)`, "write the value out", { where: `${source}:1:1` });
  }
}

function offsetOf(document: Document.Parsed<ParsedNode>, path: Path, isKey: boolean): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const part = path.slice(0, length);
    const key = isKey && length === path.length ? keyNode(document, part) : undefined;
    const node = key ?? (length === 0 ? document.contents : document.getIn(part, true));
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyNode(document: Document.Parsed<ParsedNode>, path: Path): Node | undefined {
  const holder = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(holder)) return undefined;
  const pair = holder.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
  return isNode(pair?.key) ? pair.key : undefined;
}

/** A path as the user would write it: `rules[2].match.tcp`. */
export function pathText(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

export { REMEDY as SCHEMA_REMEDY };
