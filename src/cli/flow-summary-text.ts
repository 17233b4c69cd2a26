import type { FlowSummary, LongFlow } from "../core/store/flow-summary.ts";
import type { FlowCount } from "../core/store/flow-top.ts";
import { lossesText, timelineText } from "./summary-text.ts";
import { renderTable } from "./table.ts";

/** A summary of flows as a page. */
export function renderFlowSummary(summary: FlowSummary): string {
  const { losses, lost, from, to, timeline, missed } = summary;
  if (from === undefined) return `no flows${lossesText(losses, lost)}`;
  const parts = [
    `${changesText(summary.flows)} from ${from} to ${to}${lossesText(losses, lost)}`,
    ...(timeline === undefined ? [] : [timelineText(timeline)]),
    topTable("SERVICE", summary.services),
    topTable("SOURCE", summary.sources),
    topTable("DESTINATION", summary.destinations),
    longestTable(summary.longest),
    ...(missed === 0 ? [] : [`there are very many: each count may lack up to ${missed} bytes`]),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

const CHANGES = { new: "begun", update: "updated", destroy: "ended", listed: "listed" } as const;

function changesText(flows: FlowSummary["flows"]): string {
  const told = Object.entries(CHANGES).filter(([change]) => flows[change as keyof typeof CHANGES] > 0);
  const total = Object.values(flows).reduce((sum, count) => sum + count, 0);
  const each = told.map(([change, word]) => `${flows[change as keyof typeof CHANGES]} ${word}`).join(", ");
  return `${total === 1 ? "1 event" : `${total} events`} of flows (${each})`;
}

/** Bytes are of flows that ended. */
function topTable(what: string, top: readonly FlowCount[]): string {
  if (top.length === 0) return "";
  const rows = top.map(({ what: name, begun, ended, bytes }) => [name, String(begun), String(ended), String(bytes)]);
  return renderTable([what, "BEGUN", "ENDED", "BYTES"], rows);
}

function longestTable(longest: readonly LongFlow[]): string {
  if (longest.length === 0) return "";
  const rows = longest.map(({ ts, proto, ends, duration, bytes }) => {
    return [`${proto} ${ends}`, ts, duration.toFixed(3), bytes === undefined ? "" : String(bytes)];
  });
  return renderTable(["LONGEST", "ENDED", "SECONDS", "BYTES"], rows);
}
