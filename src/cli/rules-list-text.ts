import type { RatedRule } from "../core/live/rates.ts";
import type { LiveRule } from "../core/live/rows.ts";
import { byteRateText, rateText } from "./rate-text.ts";
import { renderTable } from "./table.ts";

/** A line for each rule of ours, with its rates where they are known. */
export function renderRules(rules: readonly (LiveRule | RatedRule)[]): string {
  if (rules.length === 0) return "no rules of ours are live: netlogctl rules apply";
  const isRated = rules.some((rule) => "packetsPerSecond" in rule);
  const head = ["NAME", "PLACE", "RULE", "PREFIX", "TO", "LIMIT", "PACKETS", "BYTES"];
  return renderTable(
    [...head, ...(isRated ? ["RATE", "BYTE RATE"] : [])],
    rules.map((rule) => [...cellsOf(rule), ...("packetsPerSecond" in rule ? ratesOf(rule) : [])]),
  );
}

function cellsOf({ name, place, position, prefix, destination, level, limit, packets, bytes }: LiveRule): string[] {
  return [
    name,
    place,
    String(position),
    prefix === null ? "-" : JSON.stringify(prefix),
    [destination ?? "nowhere", ...(level === null ? [] : ["level", level])].join(" "),
    limit ?? "none",
    String(packets ?? "-"),
    String(bytes ?? "-"),
  ];
}

function ratesOf({ packetsPerSecond, bytesPerSecond }: RatedRule): string[] {
  return [rateText(packetsPerSecond), byteRateText(bytesPerSecond)];
}
