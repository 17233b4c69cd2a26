import type { Expected, Forecast, Volume } from "../core/forecast/forecast.ts";
import { byteRateText, rateText } from "./rate-text.ts";
import { renderTable } from "./table.ts";

/** A line for each prefix and destination, their sum, and which rules were not measured. */
export function renderForecast({ rows, total }: Forecast): string {
  const head = ["PREFIX", "TO", "RULES", "NOW", "BYTES", "WORST", "BYTES", "AT ONCE"];
  const table = renderTable(head, [
    ...rows.map((row) => [row.prefix === null ? "-" : JSON.stringify(row.prefix), row.destination, ...cellsOf(row)]),
    ["total", "", ...cellsOf(total)],
  ]);
  const { unmeasured } = total;
  if (unmeasured.length === 0) return table;
  return `${table}\nnot measured: ${unmeasured.join(", ")}`;
}

function cellsOf({ rules, measured, worst }: Expected): string[] {
  return [
    String(rules),
    ...volumeCells(measured, "?"),
    ...volumeCells(worst, "no limit"),
    worst === null ? "no limit" : String(worst.burstLines),
  ];
}

function volumeCells(volume: Volume | null, word: string): string[] {
  if (volume === null) return [word, word];
  return [rateText(volume.linesPerSecond), byteRateText(volume.bytesPerSecond)];
}
