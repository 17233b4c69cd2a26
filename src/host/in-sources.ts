import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { basename, dirname, join } from "node:path";

/** A stack trace with the places in the built program as those in the sources; as it came where there is no map. */
export function inSources(stack: string): string {
  let maps: Record<string, SourceMapPayload> | undefined;
  return stack.replace(
    /(\/[^\s()]*\/dist\/bin\/\w+\.js):(\d+):(\d+)/g,
    (place, script: string, line: string, column: string) => {
      maps ??= readMaps(join(dirname(script), "netlogctl.maps.json"));
      const map = maps[basename(script, ".js")];
      if (map === undefined) return place;
      // Both count from 0 here, and from 1 in a stack trace.
      const entry = new SourceMap(map).findEntry(Number(line) - 1, Number(column) - 1);
      if (!("originalSource" in entry)) return place;
      return `${entry.originalSource.replace(/^(\.\.\/)+/, "")}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    },
  );
}

/** The maps of all scripts by their names. */
function readMaps(path: string): Record<string, SourceMapPayload> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Record<string, SourceMapPayload>;
  } catch {
    return {};
  }
}
