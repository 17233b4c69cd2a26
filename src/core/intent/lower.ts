import { present } from "../event/present.ts";
import type { DefaultLog, Destination } from "../model/default-log.ts";
import type { Family } from "../model/family.ts";
import type { LogStatement } from "../model/log-statement.ts";
import type { Json, JsonObject } from "../nft/json.ts";
import { encodeLog } from "../nft/log.ts";
import { normalize } from "../nft/normal.ts";
import { familyTied } from "./expr.ts";
import type { Intent, IntentRule } from "./intent.ts";
import { createLimits, type Limits } from "./lower-limit.ts";
import { encodeMatch, type Match } from "./match.ts";
import { encodeSet, setsNamedIn } from "./own-sets.ts";
import type { Before, RuleDocument } from "./rule-schema.ts";

/** What a rule's comment begins with, so that it is found again: `netlogctl:NAME`. */
export const MARK = "netlogctl:";

/** In our own table all chains log before filters see the packet, and after raw and mangle. */
const PRIORITY = -5;

/** What nft made of the rules' `nft:` texts, by the rule's name. */
export type Compiled = ReadonlyMap<string, readonly Json[]>;

/** Where in a chain a rule is put: behind all, before all, or before another rule. */
type Position = "start" | "end" | { readonly before: Before };

/** A rule of the intent with its destination decided: the rules of the kernel that it becomes, in one chain or several. */
export interface LoweredRule {
  readonly name: string;
  readonly where: () => string;
  readonly position: Position;
  /** In libnftables-JSON. */
  readonly rules: readonly JsonObject[];
}

/** An intent as what it is made of in the kernel. */
export interface Lowered {
  /** Our tables, then what stands in them but rules, each as an object of libnftables-JSON with one key. */
  readonly objects: readonly JsonObject[];
  readonly rules: readonly LoweredRule[];
}

/** Lowers the default log into the rules of an intent, and its limits and sets into objects of our tables. */
export function lowerIntent(intent: Intent, compiled: Compiled = new Map()): Lowered {
  const limits = createLimits();
  const rules = intent.rules.map((rule) => lowerRule(rule, intent, limits, compiled.get(rule.document.name) ?? []));
  const chains = ownChains(intent);
  const tables = [...new Set([...chains.values()].map(({ family }) => String(family)))];
  const sets = tables.flatMap((family) => setsOf(intent, family, rules));
  return {
    objects: [
      ...tables.map((family) => ({ table: { family, name: intent.table } })),
      ...sets,
      ...limits.objects(),
      ...[...chains.values()].map((chain) => ({ chain })),
    ],
    rules,
  };
}

/** A rule's place in the kernel: one chain, or one for each device. */
interface Place {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
}

/** A rule for the families that it logs for: one where they agree, else one each. */
interface Part {
  /** undefined is both, or a family of which no other is told apart. */
  readonly family: "ip" | "ip6" | undefined;
  readonly log: LogStatement;
}

function lowerRule(rule: IntentRule, intent: Intent, limits: Limits, text: readonly Json[]): LoweredRule {
  const { document, where } = rule;
  const more = [...((document.expr ?? []) as JsonObject[]).map(normalize), ...text];
  const statements = [...encodeMatch((document.match ?? {}) as Match), ...more];
  const places = placesOf(document, intent.table);
  const tied = tiedTo(document, more);
  const parts = partsOf(document, familiesOf(document, places, tied), tied, intent.defaultLog);
  const isShared = places.length * parts.length > 1 && document.into === undefined;
  const comment = `${MARK}${document.name}`;
  const rules = places.flatMap((place) =>
    parts.map((part) => ({
      ...place,
      comment,
      expr: [
        ...statements,
        // Behind the match: before vlan id nft takes it for a contradiction.
        ...familyTest(part, place, document, tied),
        ...limits.lower(rule, { ...place, isShared }, part.family),
        ...(document.counter ? [{ counter: null }] : []),
        encodeLog(part.log) as JsonObject,
      ] as Json[],
    })),
  );
  const position = document.before === undefined ? (document.at ?? "end") : { before: document.before };
  return { name: document.name, where, position, rules };
}

function placesOf({ hook, device, into }: RuleDocument, own: string): Place[] {
  const [family = "inet", table = own, chain = hook ?? ""] = into?.split(" ") ?? [];
  if (device === undefined) return [{ family, table, chain }];
  return devicesOf(device).map((one) => ({ family: "netdev", table: own, chain: `${hook}-${one}` }));
}

function devicesOf(device: string | readonly string[]): string[] {
  return typeof device === "string" ? [device] : [...new Set(device)];
}

/** The chains of our tables that the rules need. */
function ownChains({ rules, table }: Intent): Map<string, JsonObject> {
  const chains = new Map<string, JsonObject>();
  for (const { document } of rules) {
    const { hook, device } = document;
    if (hook === undefined) continue;
    const base = { type: "filter", hook, prio: PRIORITY, policy: "accept" };
    if (device === undefined) chains.set(hook, { family: "inet", table, name: hook, ...base });
    for (const dev of device === undefined ? [] : devicesOf(device)) {
      const name = `${hook}-${dev}`;
      chains.set(name, { family: "netdev", table, name, dev, ...base });
    }
  }
  return chains;
}

/** Of the netdev table only what its rules name: a set is a copy there. */
function setsOf({ sets, table }: Intent, family: string, rules: readonly LoweredRule[]): JsonObject[] {
  const inTable = (): JsonObject[] =>
    rules.flatMap(({ rules: some }) => some.filter((rule) => rule["family"] === family));
  const isNamed = family === "inet" ? undefined : setsNamedIn(inTable());
  return Object.entries(sets)
    .filter(([name]) => isNamed?.has(name) ?? true)
    .map(([name, document]) => ({ set: encodeSet({ family, table, name }, document) }));
}

function partsOf(
  rule: RuleDocument,
  families: readonly Family[],
  tied: Part["family"],
  defaultLog: DefaultLog,
): Part[] {
  const own = ownDestination(rule.log);
  const isPer = isPerAddress(rule);
  if (own !== undefined && !isPer) return [{ family: undefined, log: own }];

  const parts = families.flatMap((family) => {
    const log = own ?? defaultDestination(rule.log, defaultLog[family]);
    return log === undefined ? [] : [{ family, log }];
  });
  if (isPer) return splitByAddress(parts).filter(({ family }) => tied === undefined || family === tied);
  const [first, second] = parts;
  const isSame = second === undefined || JSON.stringify(first?.log) === JSON.stringify(second.log);
  if (first !== undefined && isSame && parts.length === families.length) return [{ family: undefined, log: first.log }];
  return parts as Part[];
}

/** Each address family has a set of its own; families without addresses of their own carry both. */
function splitByAddress(parts: readonly { family: Family; log: LogStatement }[]): Part[] {
  return parts.flatMap(({ family, log }): Part[] =>
    family === "ip" || family === "ip6"
      ? [{ family, log }]
      : [
          { family: "ip", log },
          { family: "ip6", log },
        ],
  );
}

function isPerAddress({ limit }: RuleDocument): boolean {
  const limits = Array.isArray(limit) ? limit : [limit];
  return limits.some((one) => typeof one === "object" && one.per !== undefined);
}

/** The one family whose packets the match lets through at all. */
function tiedTo({ match }: RuleDocument, beside: readonly Json[]): "ip" | "ip6" | undefined {
  const { ip, icmp, ip6, icmpv6 } = (match ?? {}) as Readonly<Record<string, unknown>>;
  if (ip !== undefined || icmp !== undefined) return "ip";
  return ip6 !== undefined || icmpv6 !== undefined ? "ip6" : familyTied(beside);
}

/** The families whose packets the rule can match at all. */
function familiesOf({ family }: RuleDocument, places: readonly Place[], tied: "ip" | "ip6" | undefined): Family[] {
  const [{ family: held } = { family: "inet" }] = places;
  if (held !== "inet") return [held as Family];
  const one = family ?? tied;
  return one === undefined ? ["ip", "ip6"] : [one];
}

/** A log statement with the destination that it names; undefined if it names none. */
function ownDestination(log: RuleDocument["log"]): LogStatement | undefined {
  const { prefix, level, flags, group, snaplen, "queue-threshold": queueThreshold } = log;
  if (level === "audit") return { to: "audit" };
  if (group !== undefined) return present<LogStatement>({ to: "group", group, prefix, snaplen, queueThreshold });
  return level === undefined && flags === undefined
    ? undefined
    : present<LogStatement>({ to: "kernel", prefix, level, flags });
}

/** The same with the default log's destination; undefined where that is none. */
function defaultDestination(
  { prefix }: RuleDocument["log"],
  byDefault: Destination | undefined,
): LogStatement | undefined {
  if (byDefault?.to === "none") return undefined;
  return byDefault?.to === "user"
    ? present<LogStatement>({ to: "group", group: byDefault.group, prefix })
    : present<LogStatement>({ to: "kernel", prefix });
}

/** Only a rule of an inet table that nothing else ties to one family has to ask for it. */
function familyTest({ family }: Part, place: Place, rule: RuleDocument, tied: "ip" | "ip6" | undefined): Json[] {
  const isAsked = family ?? rule.family;
  if (isAsked === undefined || tied !== undefined || place.family !== "inet" || isPerAddress(rule)) return [];
  return [{ match: { op: "==", left: { meta: { key: "nfproto" } }, right: isAsked === "ip" ? "ipv4" : "ipv6" } }];
}
