import { present } from "../event/present.ts";
import { LOG_FLAGS, type LogStatement } from "../model/log-statement.ts";
import { wrongInStatement } from "./grammar.ts";
import { isObject, type Json } from "./json.ts";

/** A log statement in libnftables-JSON, in the spelling that nft lists: what is nft's default is left out. */
export function encodeLog(statement: LogStatement): { log: object | null } {
  const fields = fieldsOf(statement);
  return { log: Object.keys(fields).length === 0 ? null : fields };
}

function fieldsOf(statement: LogStatement): object {
  switch (statement.to) {
    case "audit":
      return { level: "audit" };
    case "group": {
      const { prefix, group, snaplen, queueThreshold } = statement;
      return present<Fields>({ prefix, group, snaplen, "queue-threshold": queueThreshold });
    }
    case "kernel": {
      const { prefix, level, flags } = statement;
      return present<Fields>({ prefix, level: level === "warn" ? undefined : level, flags: encodeFlags(flags) });
    }
  }
}

/** nft up to 1.1.4 lists one flag as a string, and all five as "all" in every version. */
function encodeFlags(flags: readonly string[] | undefined): string | string[] | undefined {
  if (flags === undefined) return undefined;
  const ordered = LOG_FLAGS.filter((flag) => flags.includes(flag));
  if (ordered.length === LOG_FLAGS.length) return "all";
  return ordered.length === 1 ? ordered[0] : ordered;
}

/**
 * What stands under "log", as nft lists it or as it may be given; undefined for what is not of the known shape. Level warn
 * is no level, for the kernel does not tell them apart.
 */
export function decodeLog(json: Json): LogStatement | undefined {
  if (wrongInStatement({ log: json }).length > 0) return undefined;

  const fields: Fields = isObject(json) ? json : {};
  const prefix = given("prefix", fields.prefix);
  if (fields.group !== undefined) {
    const { group, snaplen, "queue-threshold": queueThreshold } = fields;
    return { to: "group", ...prefix, group, ...given("snaplen", snaplen), ...given("queueThreshold", queueThreshold) };
  }
  if (fields.level === "audit") return { to: "audit" };
  const level = given("level", fields.level === "warn" ? undefined : fields.level);
  return { to: "kernel", ...prefix, ...level, ...given("flags", decodeFlags(fields.flags)) };
}

interface Fields {
  readonly prefix?: string;
  readonly group?: number;
  readonly snaplen?: number;
  readonly "queue-threshold"?: number;
  readonly level?: string;
  readonly flags?: string | readonly string[];
}

/** The flags in nft's order; undefined for none. */
function decodeFlags(flags: string | readonly string[] = []): readonly string[] | undefined {
  const words = typeof flags === "string" ? [flags] : flags;
  const found = words.includes("all") ? LOG_FLAGS : LOG_FLAGS.filter((flag) => words.includes(flag));
  return found.length === 0 ? undefined : found;
}

function given(key: string, value: unknown): object {
  return value === undefined ? {} : { [key]: value };
}
