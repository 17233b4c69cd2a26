import { faultOfPrefix, LOG_FLAGS, LOG_LEVELS } from "../../model/log-statement.ts";
import { isObject } from "../json.ts";
import { expression, mapping, VERDICTS } from "./expressions.ts";
import {
  type Conflict,
  flags,
  listOf,
  NOTHING,
  name,
  nothing,
  orNull,
  record,
  reference,
  type Shape,
  soleKey,
  text,
  type Wrong,
  whole,
  words,
  wrong,
} from "./shape.ts";
import { counter, ctCount, last, limit, quota, STATEFUL } from "./stateful.ts";

const family = words("ip", "ip6");

/** A named object, by its name or through a map. */
const objectName: Shape = (value, depth) => (typeof value === "string" ? name(value, depth) : expression(value, depth));

/** What stands in the rule itself, or a named object. */
function orNamed(own: Shape): Shape {
  return (value, depth) => {
    const isNamed = typeof value === "string" || (isObject(value) && Object.hasOwn(value, "map"));
    return isNamed ? objectName(value, depth) : own(value, depth);
  };
}

const prefix: Shape = (value, depth) => {
  if (typeof value !== "string") return text(value, depth);
  const fault = faultOfPrefix(value);
  return fault === undefined ? NOTHING : wrong(fault);
};

/** What the kernel drops or refuses in a log statement, although each value is right by itself. */
export const LOG_CONFLICTS: readonly Conflict[] = [
  {
    keys: ["snaplen", "queue-threshold"],
    message: "only goes with group: the kernel drops it silently",
    isIn: ({ group }) => group === undefined,
  },
  {
    keys: ["level", "flags"],
    message: "and group exclude each other",
    isIn: ({ group }) => group !== undefined,
  },
  {
    keys: ["prefix", "flags"],
    message: "is not carried by an audit record",
    isIn: ({ level, group }) => level === "audit" && group === undefined,
  },
];

const log = orNull(
  record({
    may: {
      prefix,
      group: whole(0, 65_535),
      snaplen: whole(0, 65_531),
      "queue-threshold": whole(1, 65_535),
      level: words(...LOG_LEVELS, "audit"),
      flags: flags(...LOG_FLAGS, "all"),
    },
    conflicts: LOG_CONFLICTS,
  }),
);

const nat = orNull(
  record({
    may: {
      family,
      addr: expression,
      port: expression,
      flags: flags("random", "fully-random", "persistent", "netmap"),
      type_flags: flags("interval", "prefix", "concat"),
    },
  }),
);

const stateful = soleKey("a counter, a limit, a quota, ct count or last", new Map(Object.entries(STATEFUL)));
const setOp = words("add", "update", "delete");

const STATEMENTS: Readonly<Record<string, Shape>> = {
  ...VERDICTS,
  match: record({
    needs: {
      left: expression,
      right: expression,
      op: words("==", "!=", "<", ">", "<=", ">=", "in", "&", "|", "^", "!"),
    },
  }),
  counter: orNamed(counter),
  limit: orNamed(limit),
  quota: orNamed(quota),
  "ct count": ctCount,
  last,
  log,
  mangle: record({ needs: { key: expression, value: expression } }),
  vmap: mapping,
  set: record({ needs: { op: setOp, elem: expression, set: reference }, may: { stmt: listOf(stateful) } }),
  map: record({
    needs: { op: setOp, elem: expression, data: expression, map: reference },
    may: { stmt: listOf(stateful) },
  }),
  meter: record({ needs: { key: expression, stmt: stateful }, may: { name, size: whole(0, 0xffff_ffff) } }),
  snat: nat,
  dnat: nat,
  masquerade: nat,
  redirect: nat,
  reject: orNull(record({ may: { type: words("tcp reset", "icmpx", "icmp", "icmpv6"), expr: expression } })),
  fwd: record({
    needs: { dev: expression },
    may: { family, addr: expression },
    conflicts: [
      {
        keys: ["addr", "family"],
        message: "addr and family only go together",
        isIn: ({ addr, family: of }) => (addr === undefined) !== (of === undefined),
      },
    ],
  }),
  dup: orNull(record({ needs: { addr: expression }, may: { dev: expression } })),
  notrack: nothing,
  queue: orNull(record({ may: { num: expression, flags: flags("bypass", "fanout") } })),
  tproxy: record({ may: { family, addr: expression, port: expression } }),
  synproxy: orNamed(
    orNull(
      record({
        may: { mss: whole(0, 65_535), wscale: whole(0, 255), flags: flags("timestamp", "sack-perm") },
      }),
    ),
  ),
  flow: record({ needs: { op: words("add"), flowtable: reference } }),
  "ct helper": objectName,
  "ct timeout": objectName,
  "ct expectation": objectName,
  secmark: objectName,
  tunnel: objectName,
  reset: expression,
  xt: orNull(record({ needs: { type: words("match", "target", "watcher"), name: text } })),
};

const statement = soleKey("a statement", new Map(Object.entries(STATEMENTS)));

/**
 * What is wrong with a statement in libnftables-JSON (libnftables-json(5); src/parser_json.c and json.c of nft 1.0.6 to
 * 1.1.7). libnftables passes over a key that it does not know and a value of another type than it expects, in silence:
 * `{ "log": { "group": "0" } }` logs to the kernel log.
 */
export function wrongInStatement(value: unknown): Wrong[] {
  return [...statement(value, 0)];
}
