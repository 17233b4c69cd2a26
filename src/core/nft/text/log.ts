import type { Json, JsonObject } from "../json.ts";
import { type Miss, only } from "./miss.ts";
import { count, flagsOf, oneOf, quotedPrefix } from "./quote.ts";

const LEVELS = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug", "audit"];
const KEYS = ["prefix", "group", "snaplen", "queue-threshold", "level", "flags"];
const FLAGS = ["tcp sequence", "tcp options", "ip options", "skuid", "ether", "all"];

/** A log statement; undefined for what is none. */
export function logText(body: Json, miss: Miss): string | undefined {
  if (body === null) return "log";
  const given = only(body, KEYS);
  if (given === undefined) return undefined;
  const flags = flagsText(given["flags"]);
  return flags === undefined ? undefined : ["log", ...fields(given, miss), ...flags].join(" ");
}

function fields(given: JsonObject, miss: Miss): string[] {
  return KEYS.flatMap((key) => {
    const value = given[key];
    if (value === undefined || key === "flags") return [];
    if (key === "prefix") return [`prefix ${quotedPrefix(value, miss)}`];
    const text = key === "level" ? oneOf(value, LEVELS) : count(value);
    return [`${key} ${text ?? miss(value)}`];
  });
}

function flagsText(value: Json | undefined): string[] | undefined {
  const flags = flagsOf(value, FLAGS);
  if (flags === undefined) return undefined;
  const tcp = flags.filter((flag) => flag.startsWith("tcp ")).map((flag) => flag.slice("tcp ".length));
  const others = flags.filter((flag) => !flag.startsWith("tcp "));
  return [...(tcp.length === 0 ? [] : [`flags tcp ${tcp.join(",")}`]), ...others.map((flag) => `flags ${flag}`)];
}
