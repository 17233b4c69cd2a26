import { Fault } from "../model/fault.ts";
import { type Limit, parseLimit, refillSeconds } from "../model/limit.ts";
import type { Json, JsonObject } from "../nft/json.ts";
import { encodeLimit } from "../nft/limit.ts";
import type { IntentRule } from "./intent.ts";
import type { OneLimit } from "./rule-schema.ts";

/** Seconds after which an address is forgotten at the earliest. */
const TIMEOUT_MIN = 60;

/** Addresses that are remembered at most. */
const SIZE = 65_535;

const ADDRESS_TYPES = { ip: "ipv4_addr", ip6: "ipv6_addr" } as const;

/** Where a limit stands, and whether several rules of the kernel share it. */
interface Holder {
  readonly family: string;
  readonly table: string;
  readonly isShared: boolean;
}

/** Lowers limits one after the other and remembers the objects that they need. */
export interface Limits {
  /** The statements of a rule's limits, for packets of this family. */
  lower(rule: IntentRule, holder: Holder, family: "ip" | "ip6" | undefined): Json[];
  /** The named limits and the sets, as objects of libnftables-JSON. */
  objects(): JsonObject[];
}

export function createLimits(): Limits {
  const kept = new Map<string, { object: JsonObject; spelt: string; where: () => string }>();
  const rates = new Map<string, Rate>();

  /** Most rules have the rate of another. */
  function rateOf(text: string): Rate {
    const known = rates.get(text);
    if (known !== undefined) return known;
    const parsed = parseLimit(text) as Limit;
    const rate = { json: encodeLimit(parsed) as JsonObject, refill: refillSeconds(parsed) };
    rates.set(text, rate);
    return rate;
  }

  /** Remembers an object; one name has one meaning. */
  function keep(kind: string, value: JsonObject, { where }: IntentRule): void {
    const key = `${kind} ${value["family"]} ${value["name"]}`;
    const spelt = JSON.stringify(value);
    const found = kept.get(key);
    if (found === undefined) kept.set(key, { object: { [kind]: value }, spelt, where });
    else if (found.spelt !== spelt) {
      const message = `the ${kind} "${value["name"]}" would be two different ones, the first by the rule at ${found.where()}`;
      throw new Fault("bad-input", message, "give both the same rate, or names of their own", { where: where() });
    }
  }

  function lowerRate(rate: JsonObject, name: string | undefined, place: LimitPlace): Json {
    if (name === undefined && !place.holder.isShared) return { limit: rate };
    const { family, table } = place.holder;
    keep("limit", { family, table, name: name ?? place.name, ...rate }, place.rule);
    return { limit: name ?? place.name };
  }

  function lowerPer(rate: JsonObject, { per, name, timeout, size, refill }: PerAddress, place: LimitPlace): Json {
    const { family = "ip", holder } = place;
    const set = `${name ?? place.name}-${family}`;
    const own = { family: holder.family, table: holder.table, name: set, type: ADDRESS_TYPES[family] };
    // nft before 1.0.9 does not take "dynamic" in JSON; a timeout alone makes the kernel choose a set that rules can add to.
    const bounds = { size: size ?? SIZE, flags: ["timeout"], timeout: timeout ?? Math.max(TIMEOUT_MIN, refill) };
    keep("set", { ...own, ...bounds }, place.rule);
    return {
      set: {
        op: "update",
        elem: { payload: { protocol: family, field: per } },
        set: `@${set}`,
        stmt: [{ limit: rate }],
      },
    };
  }

  function lowerOne(limit: OneLimit, place: LimitPlace): Json {
    const { per, ...given } = typeof limit === "string" ? { rate: limit, per: undefined } : limit;
    const { json, refill } = rateOf(given.rate);
    if (per !== undefined) return lowerPer(json, { ...given, per, refill }, place);
    return lowerRate(json, "name" in given ? given.name : undefined, place);
  }

  return {
    lower: (rule, holder, family) =>
      limitsOf(rule).map((limit, index) => {
        const name = `${rule.document.name}-limit${index === 0 ? "" : index + 1}`;
        return lowerOne(limit, { rule, holder, family, name });
      }),
    objects: () => [...kept.values()].map(({ object }) => object),
  };
}

/** A limit's rate in libnftables-JSON, and the seconds in which it refills. */
interface Rate {
  readonly json: JsonObject;
  readonly refill: number;
}

type PerAddress = Exclude<OneLimit, string> & { readonly per: string; readonly refill: number };

interface LimitPlace {
  readonly rule: IntentRule;
  readonly holder: Holder;
  readonly family: "ip" | "ip6" | undefined;
  /** What its object is called where the intent gives no name. */
  readonly name: string;
}

function limitsOf({ document: { limit } }: IntentRule): readonly OneLimit[] {
  if (limit === undefined) return [];
  return Array.isArray(limit) ? limit : [limit];
}
