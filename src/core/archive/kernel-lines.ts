import { parseRfc3339 } from "../event/rfc3339.ts";
import { isDay } from "./days.ts";
import { createCounts, type LineChoice } from "./line-tally.ts";

/** `2025-08-31T10:32:01.123456+0200 host kernel: ` as journalctl writes it (short-iso-precise); dmesg's stamp may follow. */
const HEAD = /^(\S+) \S+ kernel: (?:\[ *\d+\.\d+\] ?)?/;

/** Lines of the kernel of a local day that begin with one of these prefixes. */
export function createKernelChoice(day: string, prefixes: readonly string[]): LineChoice {
  const counts = createCounts();
  let seen = 0;
  return {
    take(line) {
      const [head = "", stamp = ""] = HEAD.exec(line) ?? [];
      // journalctl gives what is of the very end as well.
      if (!stamp.startsWith(`${day}T`)) return false;
      seen += 1;
      const prefix = prefixes.find((one) => line.startsWith(one, head.length));
      if (prefix === undefined) return false;
      counts.add({ ts: parseRfc3339(stamp), prefix });
      return true;
    },
    tally: counts.tally,
    seen: () => seen,
  };
}

/** When the journal begins: what stands before its first line; undefined if it has none. */
export function journalBegin(line: string | undefined): string | undefined {
  const stamp = line?.split(" ")[0] ?? "";
  return stamp[10] === "T" && isDay(stamp.slice(0, 10)) ? stamp : undefined;
}
