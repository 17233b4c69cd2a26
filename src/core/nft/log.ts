import { LOG_FLAGS, type LogStatement } from "../model/log-statement.ts";

/** A log statement in libnftables-JSON, in the spelling that nft lists: what is nft's default is left out. */
export function encodeLog(statement: LogStatement): { log: object | null } {
  const fields = fieldsOf(statement);
  return { log: Object.keys(fields).length === 0 ? null : fields };
}

function fieldsOf(statement: LogStatement): object {
  switch (statement.to) {
    case "audit":
      return { level: "audit" };
    case "group":
      return {
        ...given("prefix", statement.prefix),
        group: statement.group,
        ...given("snaplen", statement.snaplen),
        ...given("queue-threshold", statement.queueThreshold),
      };
    case "kernel":
      return {
        ...given("prefix", statement.prefix),
        ...given("level", statement.level === "warn" ? undefined : statement.level),
        ...given("flags", encodeFlags(statement.flags)),
      };
  }
}

/** nft up to 1.1.4 lists one flag as a string, and all five as "all" in every version. */
function encodeFlags(flags: readonly string[] | undefined): string | string[] | undefined {
  if (flags === undefined) return undefined;
  const ordered = LOG_FLAGS.filter((flag) => flags.includes(flag));
  if (ordered.length === LOG_FLAGS.length) return "all";
  return ordered.length === 1 ? ordered[0] : ordered;
}

function given(key: string, value: unknown): object {
  return value === undefined ? {} : { [key]: value };
}
