import { isObject, type Json, type JsonObject, soleEntry } from "../json.ts";
import { type Miss, only } from "./miss.ts";
import { count, oneOf } from "./quote.ts";
import { join } from "./selector.ts";
import { milliseconds } from "./time.ts";

const BYTE_UNITS = ["bytes", "kbytes", "mbytes"];
const TIME_UNITS = ["second", "minute", "hour", "day", "week"];
const BURST_PACKETS = 5;

/** Statements that keep a state of their own, and may stand with an element of a set as well. */
const SPELLERS: ReadonlyMap<string, (body: Json) => string | undefined> = new Map([
  ["counter", (body: Json) => (body === null ? "counter" : join("counter", counterAmounts(body)))],
  ["limit", (body: Json) => join("limit", limitRate(body))],
  ["quota", quota],
  ["last", last],
  ["ct count", connectionCount],
]);

/** `counter packets 1 bytes 2`, `limit rate 5/minute`; undefined for another statement, and for what is not known. */
export function statefulText(statement: Json): string | undefined {
  const [kind = "", body = null] = soleEntry(statement) ?? [];
  return SPELLERS.get(kind)?.(body);
}

/** Statements that come with a set or an element. */
export function statefulTexts(statements: Json | undefined, miss: Miss): string[] {
  if (statements === undefined || statements === null) return [];
  const list = Array.isArray(statements) ? statements : [statements];
  return list.map((statement) => statefulText(statement) ?? miss(statement));
}

/** `packets 1 bytes 2`. */
export function counterAmounts(body: Json): string | undefined {
  const given = only(body, ["packets", "bytes"]);
  return join("packets", count(given?.["packets"] ?? 0), "bytes", given && count(given["bytes"] ?? 0));
}

/** `rate over 10 kbytes/second burst 5 kbytes`. */
export function limitRate(body: Json): string | undefined {
  const given = only(body, ["rate", "per", "burst", "inv", "rate_unit", "burst_unit"]);
  if (given === undefined || !isFlag(given["inv"])) return undefined;
  const per = oneOf(given["per"] ?? "second", TIME_UNITS);
  const unit = oneOf(given["rate_unit"] ?? "packets", ["packets", ...BYTE_UNITS]);
  const rate = count(given["rate"]);
  if (per === undefined || unit === undefined || rate === undefined) return undefined;
  const amount = unit === "packets" ? `${rate}/${per}` : `${rate} ${unit}/${per}`;
  return join(given["inv"] === true ? "rate over" : "rate", amount, burst(given, unit === "packets"));
}

/**
 * Always written: where it is left out, nft 1.1.7 goes on to read a text behind it as something else, such as the comment of
 * `ip saddr 192.0.2.1 limit rate 5/minute comment "a"`.
 */
function burst(given: JsonObject, isPackets: boolean): string | undefined {
  const unit = isPackets ? "packets" : oneOf(given["burst_unit"] ?? "bytes", BYTE_UNITS);
  return join("burst", count(given["burst"] ?? (isPackets ? BURST_PACKETS : 0)), unit);
}

function quota(body: Json): string | undefined {
  const given = only(body, ["val", "val_unit", "inv", "used", "used_unit"]);
  if (given === undefined || !isFlag(given["inv"])) return undefined;
  const used =
    given["used"] === undefined
      ? ""
      : join("used", count(given["used"]), oneOf(given["used_unit"] ?? "bytes", BYTE_UNITS));
  const unit = oneOf(given["val_unit"] ?? "bytes", BYTE_UNITS);
  return join(given["inv"] === true ? "quota over" : "quota", count(given["val"]), unit, used);
}

function last(body: Json): string | undefined {
  if (body === null) return "last";
  return join("last used", milliseconds(only(body, ["used"])?.["used"]));
}

function connectionCount(body: Json): string | undefined {
  const given = only(body, ["val", "inv"]);
  if (!isObject(given) || !isFlag(given["inv"])) return undefined;
  return join(given["inv"] === true ? "ct count over" : "ct count", count(given["val"]));
}

function isFlag(value: Json | undefined): boolean {
  return value === undefined || typeof value === "boolean";
}
