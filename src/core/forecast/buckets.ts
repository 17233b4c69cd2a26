import { type Limit, tokensAtOnce, tokensPerSecond } from "../model/limit.ts";
import { isObject, type Json, type JsonObject, soleEntry } from "../nft/json.ts";
import { decodeLimit } from "../nft/limit.ts";

/** The smallest packet there is, a header of IPv4 with nothing behind it: with those a limit of bytes lets the most lines through. */
const PACKET_MIN = 20;

/** What a limit lets through; rules whose buckets have one key share it. */
export interface Bucket {
  readonly key: string;
  readonly linesPerSecond: number;
  /** Of packets that are logged; Infinity where packets are counted. */
  readonly packetBytesPerSecond: number;
  readonly linesAtOnce: number;
}

/** The named limits and the sets of a lowered intent, by `KIND FAMILY NAME`. */
export type LimitObjects = ReadonlyMap<string, JsonObject>;

export function limitObjectsOf(objects: readonly JsonObject[]): LimitObjects {
  return new Map(
    objects.flatMap((object): [string, JsonObject][] => {
      const [kind, value] = soleEntry(object) ?? [];
      return isObject(value) ? [[`${kind} ${value["family"]} ${value["name"]}`, value]] : [];
    }),
  );
}

/** The buckets of a rule. What is over a rate, a quota or one of many packets is bounded by none. */
export function bucketsOf(rule: JsonObject, objects: LimitObjects, own: string): Bucket[] {
  const statements = Array.isArray(rule["expr"]) ? rule["expr"] : [];
  return statements.flatMap((statement, index) => {
    const [kind, value = null] = soleEntry(statement) ?? [];
    if (kind === "limit") return bucketsOfLimit(value, rule, objects, `${own} ${index}`);
    return kind === "set" && isObject(value) ? bucketsOfSet(value, rule, objects) : [];
  });
}

function bucketsOfLimit(value: Json, { family }: JsonObject, objects: LimitObjects, own: string): Bucket[] {
  if (typeof value !== "string") return bucketOf(decodeLimit(value), own, 1);
  const key = `limit ${family} ${value}`;
  return bucketOf(decodeLimit(objects.get(key) ?? null), key, 1);
}

/** Each element has the limit: `update @set { ip saddr limit rate ... }`, at most as many as the set holds. */
function bucketsOfSet({ set, stmt = [] }: JsonObject, { family }: JsonObject, objects: LimitObjects): Bucket[] {
  const key = `set ${family} ${String(set).replace(/^@/, "")}`;
  const size = objects.get(key)?.["size"];
  const limits = [stmt].flat().map((one) => decodeLimit((isObject(one) ? one["limit"] : undefined) ?? null));
  return typeof size === "number" ? limits.flatMap((limit) => bucketOf(limit, key, size)) : [];
}

function bucketOf(limit: Limit | undefined, key: string, times: number): Bucket[] {
  if (limit === undefined || limit.isOver) return [];
  const isPackets = limit.unit === "packets";
  const [rate, burst] = [tokensPerSecond(limit) * times, tokensAtOnce(limit) * times];
  return [
    {
      key,
      linesPerSecond: isPackets ? rate : rate / PACKET_MIN,
      packetBytesPerSecond: isPackets ? Number.POSITIVE_INFINITY : rate,
      linesAtOnce: isPackets ? burst : Math.ceil(burst / PACKET_MIN),
    },
  ];
}
