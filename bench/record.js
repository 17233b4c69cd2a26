// The record of a run: all samples as JSON, plots, and the page.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { ROOT } from "./lab.js";
import { betweenMarks, results } from "./page.js";
import { plot } from "./plot.js";

const path = (name) => `${ROOT}bench/${name}`;

/** Puts what was measured in the place of what was recorded of the same benchmarks: results.json, plots, README.md. */
export function keep(measured) {
  const former = existsSync(path("results.json")) ? JSON.parse(readFileSync(path("results.json"), "utf8")) : {};
  const all = { ...former, ...measured };
  writeFileSync(path("results.json"), `${JSON.stringify(all)}\n`);
  mkdirSync(path("plots"), { recursive: true });
  const pictures = {};
  for (const [name, { groups }] of Object.entries(all)) {
    const svg = plot(name, groups);
    if (svg === undefined) continue;
    pictures[name] = `plots/${name}.svg`;
    writeFileSync(path(pictures[name]), svg);
  }
  writeFileSync(path("README.md"), betweenMarks(readFileSync(path("README.md"), "utf8"), results(all, pictures)));
}
