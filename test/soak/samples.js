// What programs take over time, and whether it grows.
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { ok } from "../../bench/lab.js";
import { RING } from "./world.js";

const MIB = 1024 * 1024;
/** What memory may grow in ten minutes beyond what chance explains, and in all beyond what it was when it had settled. */
const GROWTH_MIB = 1;
const TIMES_MAX = 1.3;
/** Below that many minutes nothing settles. */
const SETTLED_MINUTES = 12;

/** What a process takes now; undefined where it has ended. */
export function sampleOf(pid) {
  if (!existsSync(`/proc/${pid}/fd`)) return undefined;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const number = (name) => Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(status)?.[1]);
  const files = descriptors(pid);
  return {
    mib: number("VmRSS") / 1024,
    threads: number("Threads"),
    descriptors: files.length,
    sockets: files.filter((file) => file.startsWith("socket:")).length,
  };
}

/** What each descriptor of a process leads to. */
export const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).flatMap((name) => linkOf(`/proc/${pid}/fd/${name}`));

function linkOf(path) {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

/** What directories take, in MiB. */
export const directorySizes = () =>
  Object.fromEntries(
    ["/run", "/var/lib", RING].map((path) => [path, Number(ok("du", "-sk", path).split("\t")[0]) / 1024]),
  );

/** Of numbers over minutes: the slope, and how sure it is. */
export function slopeOf(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x0, y0] = [mean(([x]) => x), mean(([, y]) => y)];
  const square = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  if (points.length < 3 || square === 0) return { slope: 0, error: 0 };
  const slope = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / square;
  const rest = points.reduce((sum, [x, y]) => sum + (y - y0 - slope * (x - x0)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (points.length - 2) / square) };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** How a process's memory went: the first sample, the last, the most, what it was when it had settled, and its growth over the second half. */
export function memoryOf(points) {
  const end = points.at(-1)[0];
  const of = (from, to) => points.filter(([minute]) => minute >= from * end && minute <= to * end);
  const second = of(0.5, 1);
  const { slope, error } = slopeOf(second);
  const settled = median(of(0.15, 0.4).map(([, mib]) => mib));
  const most = Math.max(...second.map(([, mib]) => mib));
  return {
    ...{ first: points[0][1], last: points.at(-1)[1], most: Math.max(...points.map(([, mib]) => mib)) },
    ...{ settled, mostLater: most, growth: 10 * slope, error: 10 * error },
  };
}

/** What is wrong with how memory went, if anything is. */
export function growing(name, points) {
  if (points.at(-1)[0] < SETTLED_MINUTES) return [];
  const { growth, error, settled, mostLater } = memoryOf(points);
  return [
    ...(growth - 2 * error > GROWTH_MIB ? [`${name} grows by ${growth.toFixed(1)} MiB in ten minutes`] : []),
    ...(mostLater > TIMES_MAX * settled
      ? [`${name} takes ${mostLater.toFixed(0)} MiB, and took ${settled.toFixed(0)} when it had settled`]
      : []),
  ];
}

export const inMib = (bytes) => bytes / MIB;
