import type { LogSite } from "../core/explain/sites.ts";
import { printable } from "./printable.ts";
import { renderTable } from "./table.ts";

/** A line for each site. */
export function renderSites(sites: readonly LogSite[]): string {
  const isPlural = sites.some(({ netns }) => netns !== sites[0]?.netns);
  const head = ["WHERE", "HOOK", "CONDITION", "PREFIX", "LIMIT", "PACKETS", "MEANT FOR", "GOES TO", "BECAUSE"];
  const rows = sites.map((site) => [...(isPlural ? [site.netns ?? "-"] : []), ...cellsOf(site)]);
  return renderTable([...(isPlural ? ["NETNS"] : []), ...head], rows);
}

function cellsOf(site: LogSite): string[] {
  const { hooks, condition, prefix, limit, packets, meant, to, why, copiedBytes } = site;
  return [
    whereText(site),
    hooks.join(",") || "-",
    condition || "all",
    prefix === null ? "-" : JSON.stringify(prefix),
    limit ?? "-",
    String(packets ?? "-"),
    meant ?? "-",
    to,
    copiedBytes === null ? why : `${why}; ${amountText(copiedBytes)}`,
  ];
}

/** In whose namespace, where it has a name. */
function whereaboutsText(site: LogSite): string {
  return site.netns === null ? whereText(site) : `${site.netns}: ${whereText(site)}`;
}

function whereText({ kind, family, place, name, file }: LogSite): string {
  if (place === null) return `${family} ${kind}`;
  if (name === null) return place;
  return `${place} (${name}${file === null ? "" : `, ${file}`})`;
}

/** A paragraph for each site: what logs, what it counted, where the lines go, what to do if nowhere. */
export function renderStories(sites: readonly LogSite[]): string {
  return sites.map(storyOf).join("\n\n");
}

function storyOf(site: LogSite): string {
  const { hooks, condition, prefix, limit, meant, to, why, remedy } = site;
  const seen = hooks.length === 0 ? "" : ` at ${hooks.join(", ")}`;
  const lines = [
    `${whereaboutsText(site)}${prefix === null ? "" : ` logs with prefix ${JSON.stringify(prefix)}`}`,
    `  packets: ${condition || "all"}${seen}${limit === null ? "" : `, at most ${limit}`}${countText(site)}`,
    `  ${endText(site)}: ${why}`,
    ...(to === "unknown" && meant !== null ? [`  to see where: sudo netlogctl explain, ${AS_WHOM}`] : []),
    ...copyingLines(site),
    ...(remedy === null ? [] : [`  to see them: ${remedy}`]),
  ];
  return lines.map(printable).join("\n");
}

/** Who a user namespace calls root sees no more than other users. */
const AS_WHOM = "as root of the machine itself, not of a container";

function endText({ to }: LogSite): string {
  switch (to) {
    case "nowhere":
      return "their lines go nowhere";
    case "unknown":
      return "it cannot be seen where their lines go";
    default:
      return `their lines go to ${to}`;
  }
}

function countText({ place, packets }: LogSite): string {
  if (place === null) return "";
  return packets === null ? "; the rule does not count" : `; ${packets} so far`;
}

/** The most that NFLOG copies of a packet. */
const WHOLE_BYTES = 65_531;

function amountText(bytes: number): string {
  if (bytes === 0) return "nothing of a packet itself";
  return bytes >= WHOLE_BYTES ? "whole packets" : `the first ${bytes} bytes of a packet`;
}

/** The reader's own threshold is nowhere to be seen. */
function copyingLines({ copiedBytes, queueThreshold, flushTimeoutMs }: LogSite): string[] {
  if (copiedBytes === null) return [];
  const batch =
    queueThreshold === null
      ? "as many at once as it asked for, 100 unless it did"
      : `at most ${queueThreshold} at once, fewer if it asked for fewer`;
  return [`  it gets ${amountText(copiedBytes)}; ${batch}, within ${flushTimeoutMs} ms`];
}
