// Tables of what was measured, in Markdown, which reads well on a terminal, too.
import { growth, isMet, median, ratio, reached, spread } from "./figures.js";

/** A table with columns as wide as their cells; all but the first and the last stand to the right. */
export function table(head, rows) {
  const widths = head.map((title, at) => Math.max(3, title.length, ...rows.map((row) => row[at].length)));
  const isLeft = (at) => at === 0 || at === head.length - 1;
  const line = (cells) =>
    `| ${cells.map((cell, at) => (isLeft(at) ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(" | ")} |`;
  const rule = widths.map((width, at) => (isLeft(at) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** A goal, what it came to, and whether that is enough; the peer is named where it is not the group's. */
function goalText(goal, { rows, figures, peer }) {
  const { most, least, to, besides, figure } = goal;
  const { title } = figures.find(({ key }) => key === figure);
  const value = reached(goal, rows);
  const wanted = [
    most === undefined ? ">=" : "<=",
    most ?? least,
    to === undefined ? title : "x",
    ...(to === undefined || to === peer ? [] : [to]),
    ...(to !== undefined && figure !== figures[0].key ? [title] : []),
    ...(besides === undefined ? [] : ["+", besides]),
  ].join(" ");
  if (value === undefined) return `${wanted}: not measured`;
  return `${wanted}: ${value.toFixed(2)}, ${isMet(goal, value) ? "met" : "NOT met"}`;
}

/** The table of a group: each case with its medians, its ratios to its peer, and its goals. */
export function groupTable(group) {
  const { title, rounds, peer, figures, ratios, goals, rows } = group;
  const head = [
    `${title}, rounds: ${rounds}`,
    ...figures.flatMap((figure, at) => (at === 0 ? [figure.title, "+-"] : [figure.title])),
    ...ratios.map((key) => (key === "cpu" ? "x, processor" : `x ${peer}`)),
    "goal",
  ];
  const goalsOf = (name) => goals.filter(({ of }) => of === name).map((goal) => goalText(goal, group));
  const cells = (row) =>
    row.missing === undefined
      ? [row.name, ...figuresOf(row, figures), ...ratiosOf(row, group), goalsOf(row.name).join("; ")]
      : [row.name, ...head.slice(2).map(() => ""), [`${row.missing} is not there`, ...goalsOf(row.name)].join("; ")];
  return table(head, rows.map(cells));
}

const figuresOf = ({ samples }, figures) =>
  figures.flatMap(({ key, digits }, at) => {
    const text = median(samples[key]).toFixed(digits);
    return at === 0 ? [text, `${(100 * spread(samples[key])).toFixed(0)} %`] : [text];
  });

function ratiosOf(row, { ratios, rows, peer }) {
  const other = rows.find(({ name }) => name === (row.peer ?? peer));
  return ratios.map((key) =>
    other?.samples === undefined ? "" : ratio(row.samples[key], other.samples[key]).toFixed(2),
  );
}

/** The cases of groups that have a size, with a figure of each at each size where it was measured. */
export function series(groups, figure) {
  const sized = groups.filter(({ n }) => n !== undefined);
  const names = [...new Set(sized.flatMap(({ rows }) => rows.map(({ name }) => name)))];
  return names
    .map((name) => ({
      name,
      points: sized.flatMap(({ n, rows }) => {
        const values = rows.find((row) => row.name === name)?.samples?.[figure];
        return values === undefined ? [] : [{ n, value: median(values) }];
      }),
    }))
    .filter(({ points }) => points.length > 1);
}

/** How the processor's time of each case grows with n, as exponents; empty where a benchmark has one size only. */
export function growthText(groups) {
  const all = series(groups, "cpu").map(({ name, points }) => `${name} ${growth(points).toFixed(2)}`);
  return all.length === 0 ? "" : `Processor time grows with n to the power of: ${all.join("; ")}.`;
}

/** How many goals of some benchmarks are met, not met, and not measured. */
export function goalsText(benchmarks) {
  const all = benchmarks.flatMap(({ groups }) =>
    groups.flatMap(({ goals, rows }) => goals.map((goal) => isMet(goal, reached(goal, rows)))),
  );
  const count = (wanted) => all.filter((one) => one === wanted).length;
  return `${all.length} goals: ${count(true)} met, ${count(false)} not met, ${count(undefined)} not measured`;
}
