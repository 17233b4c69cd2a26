import type { Lowered } from "../intent/lower.ts";
import type { Rate } from "../live/rates.ts";
import type { LogStatement } from "../model/log-statement.ts";
import { isObject, type JsonObject } from "../nft/json.ts";
import { decodeLog } from "../nft/log.ts";
import { bucketsOf, limitObjectsOf } from "./buckets.ts";
import { lineBytesOf } from "./line-bytes.ts";
import { type LogSource, type Worst, worstOf, worstTogether } from "./worst.ts";

/** Log lines and their bytes in a second. */
export interface Volume {
  readonly linesPerSecond: number;
  readonly bytesPerSecond: number;
}

/** How much some rules log. */
export interface Expected {
  /** Rules of the intent. */
  readonly rules: number;
  /** What those log now that were measured; null where none was. */
  readonly measured: Volume | null;
  /** The names of those that were not. */
  readonly unmeasured: readonly string[];
  /** null where one of them is bounded by no limit. */
  readonly worst: Worst | null;
}

/** How much is logged with one prefix to one destination. */
export interface ForecastRow extends Expected {
  readonly prefix: string | null;
  /** `kernel`, `group 5` or `audit`. */
  readonly destination: string;
}

/** How much an intent logs. The total can be less than the sum of the rows: what these share is counted once. */
export interface Forecast {
  readonly rows: readonly ForecastRow[];
  readonly total: Expected;
}

/**
 * How much an intent logs, by prefix and destination: what its rules count now (ratesBetween), and the worst case from
 * their limits. Bytes are those of the kernel log's lines, or of the messages that a listener of NFLOG gets. A rule that
 * logs to several destinations was measured as a whole: it counts in full in each of its rows, and once in the total.
 */
export function forecastOf({ objects, rules }: Lowered, measured: ReadonlyMap<string, Rate>): Forecast {
  const known = limitObjectsOf(objects);
  const sources = rules.flatMap(({ name, rules: some }) =>
    some.flatMap((rule, index) => sourcesOf(rule, name, bucketsOf(rule, known, `${name} ${index}`))),
  );
  const rows = new Map<string, Source[]>();
  for (const source of sources) {
    const key = JSON.stringify([source.prefix, source.destination]);
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [source]);
    else row.push(source);
  }
  const told = [...rows.values()].flatMap((some) => some.slice(0, 1).map((first) => rowOf(first, some, measured)));
  const worst = worstTogether(
    sources,
    told.map((row) => row.worst),
  );
  return { rows: told, total: { ...expectedOf(sources, measured), worst } };
}

/** A rule of the kernel as a forecast sees it. */
interface Source extends LogSource {
  readonly name: string;
  readonly prefix: string | null;
  readonly destination: string;
}

/** One for each log statement. */
function sourcesOf({ expr }: JsonObject, name: string, buckets: LogSource["buckets"]): Source[] {
  const statements = Array.isArray(expr) ? expr : [];
  return statements.flatMap((statement) => {
    const log = isObject(statement) && statement["log"] !== undefined ? decodeLog(statement["log"]) : undefined;
    if (log === undefined) return [];
    const prefix = log.to === "audit" ? null : (log.prefix ?? null);
    return [{ name, prefix, destination: destinationText(log), line: lineBytesOf(log), buckets }];
  });
}

function destinationText(log: LogStatement): string {
  return log.to === "group" ? `group ${log.group}` : log.to;
}

function rowOf({ prefix, destination }: Source, some: readonly Source[], measured: ReadonlyMap<string, Rate>) {
  return { prefix, destination, ...expectedOf(some, measured) };
}

function expectedOf(sources: readonly Source[], measured: ReadonlyMap<string, Rate>): Expected {
  const byName = new Map<string, Volume | undefined>();
  for (const source of sources) {
    const volume = volumeOf(source, measured.get(source.name));
    byName.set(source.name, larger(byName.get(source.name), volume));
  }
  const volumes = [...byName.values()].filter((volume) => volume !== undefined);
  return {
    rules: byName.size,
    measured: volumes.length === 0 ? null : volumes.reduce(added),
    unmeasured: [...byName].filter(([, volume]) => volume === undefined).map(([name]) => name),
    worst: worstOf(sources),
  };
}

/** A rule counts behind its limits: each packet that it counts is a line. */
function volumeOf({ line }: Source, rate: Rate | undefined): Volume | undefined {
  if (rate === undefined) return undefined;
  const { packetsPerSecond, bytesPerSecond } = rate;
  const copied = line.copied === 0 ? 0 : Math.min(bytesPerSecond, packetsPerSecond * line.copied || 0);
  return { linesPerSecond: packetsPerSecond, bytesPerSecond: packetsPerSecond * line.overhead + copied };
}

/** What a rule logs through the one of its log statements that makes the larger lines. */
function larger(a: Volume | undefined, b: Volume | undefined): Volume | undefined {
  return a !== undefined && b !== undefined && a.bytesPerSecond > b.bytesPerSecond ? a : b;
}

function added(a: Volume, b: Volume): Volume {
  return {
    linesPerSecond: a.linesPerSecond + b.linesPerSecond,
    bytesPerSecond: a.bytesPerSecond + b.bytesPerSecond,
  };
}
