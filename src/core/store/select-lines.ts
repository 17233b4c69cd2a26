import { cursorBefore, LineScanner, timeAt } from "./line-scanner.ts";
import type { LineTest, StoredLine } from "./reader.ts";

/** What is asked of the lines of a block; what is undefined is not asked. */
export interface LineQuery {
  readonly isLoss: boolean;
  /** Cursors from which to which. */
  readonly from: number;
  readonly to: number;
  readonly times: { readonly since: string; readonly until: string } | undefined;
  readonly prefix: ((prefix: string) => boolean) | undefined;
  readonly isWanted: LineTest | undefined;
}

/** Those lines of a block that are meant, in their order. */
export function selectLines(lines: string, query: LineQuery): StoredLine[] {
  const selected: StoredLine[] = [];
  const isMeant = testOf(lines, query);
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf("\n", start);
    if (end < 0) break;
    const cursor = cursorBefore(lines, end);
    if (cursor >= query.from && cursor <= query.to && isMeant(start, end)) {
      selected.push({ cursor, line: lines.slice(start, end), isLoss: query.isLoss });
    }
    start = end + 1;
  }
  return selected;
}

function testOf(lines: string, { times, prefix, isWanted }: LineQuery): (start: number, end: number) => boolean {
  const isOfPrefix = prefix === undefined ? undefined : prefixTest(lines, prefix);
  return (start, end) => {
    if (times !== undefined) {
      const ts = timeAt(lines, start);
      if (ts < times.since || ts > times.until) return false;
    }
    if (isOfPrefix !== undefined && !isOfPrefix(start, end)) return false;
    return isWanted === undefined || isWanted(lines.slice(start, end));
  };
}

/** Of each way that a prefix is written it is asked once. */
function prefixTest(lines: string, matches: (prefix: string) => boolean): (start: number, end: number) => boolean {
  const scanner = new LineScanner(lines);
  const known = new Map<string, boolean>();
  return (start, end) => {
    const raw = scanner.rawPrefix(start, end) ?? "";
    const answer = known.get(raw) ?? matches((JSON.parse(`"${raw}"`) as string).trim());
    known.set(raw, answer);
    return answer;
  };
}
