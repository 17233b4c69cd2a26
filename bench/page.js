// Results as text: sections of Markdown, and the page that they stand on.
import { goalsText, groupTable, growthText } from "./table.js";

const MARKS = ["<!-- results -->", "<!-- end of results -->"];

/** A benchmark: its tables, how it grows, and the plot of that, if there is one. */
export function section(name, { about, groups }, picture) {
  return [
    `### ${name}`,
    about,
    ...groups.map(groupTable),
    growthText(groups),
    picture === undefined ? "" : `![${name}: growth](${picture})`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** When, of what, and on which machine benchmarks were run; a line for each that differs. */
export function machineText(benchmarks) {
  const names = new Map();
  for (const [name, { when, of, on }] of Object.entries(benchmarks)) {
    const versions = Object.entries(on).map((pair) => pair.join(" "));
    const line = `${when}, ${of}, ${versions.join(", ")}`;
    names.set(line, [...(names.get(line) ?? []), name]);
  }
  return [...names].map(([line, of]) => `${of.join(", ")}: ${line}.`).join("\n\n");
}

/** What goes between the marks of the page. */
export const results = (benchmarks, pictures) =>
  [
    `${goalsText(Object.values(benchmarks))}.`,
    machineText(benchmarks),
    ...Object.entries(benchmarks).map(([name, one]) => section(name, one, pictures[name])),
  ].join("\n\n");

/** A page with other text between its two marks; all else stays. */
export function betweenMarks(page, text) {
  const [begin, end] = MARKS.map((mark) => page.indexOf(mark));
  if (begin === -1 || end < begin) throw new Error(`the page has no ${MARKS.join(" and ")}`);
  return `${page.slice(0, begin + MARKS[0].length)}\n\n${text.trim()}\n\n${page.slice(end)}`;
}
