// scripts/crash runs this as the first process of its namespaces.
import { parseArgs } from "node:util";
import { ARCHIVES } from "./archive-scenarios.js";
import { CAPTURING } from "./capture-scenarios.js";
import { CONTROL } from "./control-scenarios.js";
import { DATA } from "./data-scenarios.js";
import { crash } from "./harness.js";
import { prepareOwn } from "./laboratory.js";
import { powerCut } from "./power.js";
import { POWER } from "./power-scenarios.js";
import { SERVING } from "./serve-scenarios.js";

const SCENARIOS = [...CONTROL, ...DATA, ...ARCHIVES, ...SERVING, ...CAPTURING, ...POWER];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    points: { type: "string", default: "all" },
    way: { type: "string", multiple: true, default: ["main"] },
    only: { type: "string", default: "" },
    before: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  },
});

/** So many points, spread evenly; or "7", "7,9": these. */
function pointsOf(wish) {
  if (wish === "all") return (count) => Array.from({ length: count + 1 }, (_, index) => index + 1);
  const [, some] = /^some:(\d+)$/.exec(wish) ?? [];
  if (some === undefined) return () => wish.split(",").map(Number);
  return (count) =>
    Array.from({ length: Math.min(Number(some), count) }, (_, index) =>
      Math.ceil(((index + 0.5) * count) / Math.min(Number(some), count)),
    );
}

prepareOwn();
const given =
  positionals.length > 0
    ? [{ name: positionals.join(" "), kind: "change", setup: values.before, change: positionals }]
    : SCENARIOS;
let hasFailed = false;
for (const scenario of given.filter(({ name }) => name.startsWith(values.only))) {
  for (const way of values.way) {
    const result = crashOrSay(scenario, way);
    hasFailed ||= result.failures.length > 0;
    tell(result);
  }
}
process.exitCode = hasFailed ? 1 : 0;

/** A command that does not come to its end by itself has failed, too. */
function crashOrSay(scenario, way) {
  try {
    const points = pointsOf(values.points);
    return scenario.isPowerCut ? powerCut(scenario, points) : crash(scenario, way, points);
  } catch ({ message }) {
    const failures = [{ point: 0, what: "whole", why: message }];
    return { name: scenario.name, way, points: 0, tried: 0, old: 0, made: 0, failures };
  }
}

function tell({ name, way, points, tried, old, made, failures }) {
  if (values.json)
    return process.stdout.write(`${JSON.stringify({ name, way, points, tried, old, made, failures })}\n`);
  const line = `${name.padEnd(40)} ${way.padEnd(7)} ${points} points, ${tried} tried: ${old} old, ${made} new, ${failures.length} failed`;
  process.stdout.write(`${line}\n`);
  for (const { point, what, why } of failures) process.stdout.write(`  at ${point}, ${what}: ${why}\n`);
}
