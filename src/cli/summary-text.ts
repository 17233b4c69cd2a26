import type { Summary } from "../core/store/summary.ts";
import type { Timeline } from "../core/store/timeline.ts";
import type { Counted } from "../core/store/top.ts";
import { renderTable } from "./table.ts";

const BARS = "▁▂▃▄▅▆▇█";

/** A summary as a page. */
export function renderSummary(summary: Summary): string {
  const { packets, losses, lost, from, to, timeline, missed } = summary;
  if (packets === 0) return `no packets${lossesText(losses, lost)}`;
  const parts = [
    `${packets === 1 ? "1 packet" : `${packets} packets`} from ${from} to ${to}${lossesText(losses, lost)}`,
    ...(timeline === undefined ? [] : [timelineText(timeline)]),
    topTable("PREFIX", summary.prefixes, packets),
    topTable("SOURCE", summary.sources, packets),
    topTable("PORT", summary.ports, packets),
    ...(missed === 0 ? [] : [`there are very many: each count may lack up to ${missed}`]),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Behind a count of what came. */
export function lossesText(losses: number, lost: number): string {
  if (losses === 0) return "";
  return `; ${losses === 1 ? "1 loss" : `${losses} losses`} of ${lost === 0 ? "an unknown number of" : lost} events`;
}

/** As bars, with what they mean below. */
export function timelineText({ from, secondsEach, counts }: Timeline): string {
  const most = Math.max(...counts);
  const bars = counts.map((count) => (count === 0 ? " " : (BARS[Math.ceil((count / most) * BARS.length) - 1] ?? "")));
  return `${bars.join("")}\nfrom ${from}, ${lengthText(secondsEach)} each, ${most} at most`;
}

function lengthText(seconds: number): string {
  const [unit, length] = UNITS.find(([, one]) => seconds % one === 0) ?? ["s", 1];
  return `${seconds / length} ${unit}`;
}

const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;

function topTable(what: string, top: readonly Counted[], packets: number): string {
  if (top.length === 0) return "";
  const rows = top.map(({ what: name, count }) => [
    name === "" ? '""' : name,
    String(count),
    shareText(count / packets),
  ]);
  return renderTable([what, "COUNT", "SHARE"], rows);
}

function shareText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
