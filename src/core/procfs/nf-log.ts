import { Fault } from "../model/fault.ts";
import type { Binding } from "../model/logger.ts";

/** The table of loggers: net/netfilter/nf_log.c, seq_show. */
export const NF_LOG_PATH = "/proc/net/netfilter/nf_log";

/** Decodes /proc/net/netfilter/nf_log: lines of ` 2 nf_log_ipv4 (nf_log_ipv4,nfnetlink_log)`. */
export function decodeNfLog(text: string): Binding[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) throw notTheTable("");
  return lines.map((line) => {
    const match = /^ *(?<row>\d+) (?<logger>\S+) \((?<available>[^)]*)\)$/.exec(line);
    if (match?.groups === undefined) throw notTheTable(line);
    const { row = "", logger = "", available = "" } = match.groups;
    return {
      row: Number(row),
      logger: logger === "NONE" ? null : logger,
      available: available === "" ? [] : available.split(","),
    };
  });
}

function notTheTable(line: string): Fault {
  return new Fault(
    "not-supported",
    `${NF_LOG_PATH} holds a line that no known kernel writes: "${line.slice(0, 80)}"`,
    "report it with the kernel's version (uname -r)",
    { where: NF_LOG_PATH },
  );
}
