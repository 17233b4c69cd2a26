import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";

/** A stack trace with the places in the bundle as those in the sources; as it came where there is no map. */
export function inSources(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return stack.replace(
    /(\/[^\s()]*\/bundle\.cjs):(\d+):(\d+)/g,
    (place, bundle: string, line: string, column: string) => {
      if (!maps.has(bundle)) maps.set(bundle, readMap(`${bundle}.map`));
      // Both count from 0 here, and from 1 in a stack trace.
      const entry = maps.get(bundle)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (entry === undefined || !("originalSource" in entry)) return place;
      return `${entry.originalSource.replace(/^(\.\.\/)+/, "")}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    },
  );
}

function readMap(path: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, "utf8")) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
