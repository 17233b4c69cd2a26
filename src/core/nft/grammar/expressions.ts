import { isObject } from "../json.ts";
import {
  below,
  DEPTH_MAX,
  flags,
  listOf,
  NOTHING,
  name,
  nothing,
  openWords,
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
import { count, STATEFUL } from "./stateful.ts";
import * as known from "./words.ts";

/** nft prints some numbers of 32 bits with a sign. */
const number32 = whole(-0x8000_0000, 0xffff_ffff);
const family = words("ip", "ip6");

/** An expression: a text, a whole number, true or false, a list, or an object that says what it is. */
export function expression(value: unknown, depth: number): readonly Wrong[] {
  switch (typeof value) {
    case "string":
      return value.startsWith("@") ? reference(value, depth) : text(value, depth);
    case "number":
      return Number.isInteger(value) ? NOTHING : wrong(`expected a whole number, found ${value}`);
    case "boolean":
      return NOTHING;
    default:
      return Array.isArray(value) ? list(value, depth + 1) : object(value, depth);
  }
}

/** Where it is a list, that one must not be nested without end either. */
function list(value: readonly unknown[], depth: number): readonly Wrong[] {
  return depth > DEPTH_MAX ? wrong("is nested too deep") : expressions(value, depth);
}

const expressions = listOf(expression);

const target = record({ needs: { target: name } });

/** Verdicts are statements, and expressions in a verdict map. */
export const VERDICTS: Readonly<Record<string, Shape>> = {
  accept: nothing,
  drop: nothing,
  continue: nothing,
  return: nothing,
  break: nothing,
  jump: target,
  goto: target,
};

/** One of two shapes: the first where the key is there. */
function byKey(key: string, withKey: Shape, without: Shape): Shape {
  return (value, depth) => (isObject(value) && Object.hasOwn(value, key) ? withKey : without)(value, depth);
}

const namedPayload = record({
  needs: { protocol: openWords([...known.HEADERS.keys()]), field: text },
  may: { tunnel: openWords(known.TUNNELS) },
});
const fieldsOf = new Map([...known.HEADERS].map(([header, fields]) => [header, openWords(fields)]));

/** A field of a header by name. */
const headerField: Shape = (value, depth) => {
  const wrongs = namedPayload(value, depth);
  if (wrongs.length > 0 || !isObject(value)) return wrongs;
  const fields = fieldsOf.get(String(value["protocol"]));
  return fields === undefined ? NOTHING : below("field", fields(value["field"], depth));
};

/** A field of an option or a header that may be absent: without a field it asks whether it is there. */
function option(names: readonly string[], more: Readonly<Record<string, Shape>> = {}): Shape {
  return record({ needs: { name: openWords(names) }, may: { field: text, ...more } });
}

function raw(base: Shape): Shape {
  return record({ needs: { base, offset: number32, len: whole(0, 0xffff) } });
}

const operands = listOf(expression, 2);
const keyed = record({ needs: { key: expression, data: expression } });

const EXPRESSIONS: Readonly<Record<string, Shape>> = {
  concat: operands,
  set: expression,
  map: keyed,
  prefix: record({ needs: { addr: expression, len: whole(0, 128) } }),
  range: listOf(expression, 2, 2),
  payload: byKey("base", raw(words("ll", "nh", "th", "ih")), headerField),
  exthdr: option(known.EXTENSION_HEADERS, { offset: number32 }),
  "tcp option": byKey("base", raw(whole(0, 255)), option(known.TCP_OPTIONS)),
  "ip option": option(known.IP_OPTIONS),
  "sctp chunk": option(known.SCTP_CHUNKS),
  "dccp option": record({ needs: { type: whole(0, 255) } }),
  meta: record({ needs: { key: openWords(known.META_KEYS) } }),
  rt: record({ needs: { key: openWords(known.RT_KEYS) }, may: { family } }),
  ct: record({
    needs: { key: openWords(known.CT_KEYS) },
    may: { family, dir: words("original", "reply") },
    conflicts: [
      {
        keys: ["family"],
        message: 'is passed over: it belongs into the key, as in "ip saddr"',
        isIn: ({ family: of }) => of !== undefined,
      },
    ],
  }),
  numgen: record({ needs: { mode: words("inc", "random"), mod: number32 }, may: { offset: number32 } }),
  jhash: record({ needs: { mod: number32, expr: expression }, may: { offset: number32, seed: number32 } }),
  symhash: record({ needs: { mod: number32 }, may: { offset: number32 } }),
  fib: record({
    needs: { result: openWords(known.FIB_RESULTS) },
    may: { flags: flags("saddr", "daddr", "mark", "iif", "oif") },
  }),
  "|": operands,
  "^": operands,
  "&": operands,
  "<<": operands,
  ">>": operands,
  elem: record({ needs: { val: expression }, may: { timeout: count, expires: count, comment: text, ...STATEFUL } }),
  socket: record({ needs: { key: openWords(known.SOCKET_KEYS) }, may: { level: whole(0, 255) } }),
  osf: record({ needs: { key: openWords(known.OSF_KEYS) }, may: { ttl: words("loose", "skip") } }),
  ipsec: record({
    needs: { key: openWords(known.IPSEC_KEYS) },
    may: { family, dir: words("in", "out"), spnum: whole(0, 255) },
  }),
  tunnel: record({ needs: { key: openWords(known.TUNNEL_KEYS) } }),
  ...VERDICTS,
};

const object = soleKey("an expression", new Map(Object.entries(EXPRESSIONS)));

/** A key of a map and its values. */
export const mapping = keyed;
