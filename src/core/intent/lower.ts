import type { DefaultLog, Destination } from "../model/default-log.ts";
import { type Limit, parseLimit } from "../model/limit.ts";
import type { LogStatement } from "../model/log-statement.ts";
import { encodeLimit } from "../nft/limit.ts";
import { encodeLog } from "../nft/log.ts";
import type { Intent } from "./intent.ts";
import { encodeMatch, type Match } from "./match.ts";
import type { RuleDocument } from "./schema.ts";

type RuleFamily = "ip" | "ip6";

/** What a rule's comment begins with, so that it is found again: `netlogctl:NAME`. */
const MARK = "netlogctl:";

/** In our own table all chains log before filters see the packet, and after raw and mangle. */
const PRIORITY = -5;

/** An object of a ruleset in libnftables-JSON: one key that says what it is. */
type NftObject = Readonly<Record<string, object>>;

/** One command of a document. */
type NftCommand = Readonly<{ add: NftObject }> | Readonly<{ insert: NftObject }>;

/** What nft is handed: `{ "nftables": [ { "add": ... }, ... ] }` (libnftables-json(5)). */
export interface NftDocument {
  readonly nftables: readonly NftCommand[];
}

/** The document of an intent: our table with its limits, sets and chains, then every rule in the intent's order. */
export function encodeIntent(intent: Intent): NftDocument {
  const lowered = intent.rules.map(({ document }) => lowerRule(document, intent));
  const hooks = [...new Set(intent.rules.flatMap(({ document }) => document.hook ?? []))];
  const own = { family: "inet", table: intent.table };
  return {
    nftables: [
      ...(hooks.length === 0 ? [] : [{ add: { table: { family: "inet", name: intent.table } } }]),
      ...lowered.flatMap(({ objects }) => objects.map((object) => ({ add: object }))),
      ...hooks.map((hook) => ({
        add: { chain: { ...own, name: hook, type: "filter", hook, prio: PRIORITY, policy: "accept" } },
      })),
      ...lowered.flatMap(({ rules }) => rules),
    ],
  };
}

interface LoweredRule {
  /** Limits and sets that the rules share. */
  readonly objects: readonly NftObject[];
  readonly rules: readonly NftCommand[];
}

/** A rule for the families that it logs for: one where they agree, else one each. */
interface Part {
  /** undefined is both. */
  readonly family: RuleFamily | undefined;
  readonly log: LogStatement;
}

function lowerRule(rule: RuleDocument, { defaultLog, table }: Intent): LoweredRule {
  const match = (rule.match ?? {}) as Match;
  const parts = partsOf(rule, match, defaultLog);
  const place = placeOf(rule, table);
  const isSplit = parts.length > 1;
  const lowered = parts.map((part) => {
    const limit = lowerLimit(rule, part, place, isSplit);
    const expr = [
      ...encodeMatch(match),
      // Behind the match: before vlan id nft takes it for a contradiction.
      ...familyTest(part, rule, match),
      ...limit.statements,
      ...(rule.counter ? [{ counter: null }] : []),
      encodeLog(part.log),
    ];
    const encoded = { rule: { ...place, comment: `${MARK}${rule.name}`, expr } };
    return { objects: limit.objects, rule: rule.at === "start" ? { insert: encoded } : { add: encoded } };
  });
  const objects = new Map(lowered.flatMap((one) => one.objects.map((object) => [JSON.stringify(object), object])));
  // Of rules that are inserted the last stands first.
  const rules = lowered.map((one) => one.rule);
  return { objects: [...objects.values()], rules: rule.at === "start" ? rules.toReversed() : rules };
}

function placeOf({ hook, into }: RuleDocument, table: string): { family: string; table: string; chain: string } {
  const [family = "inet", name = table, chain = hook ?? ""] = into?.split(" ") ?? [];
  return { family, table: name, chain };
}

function partsOf(rule: RuleDocument, match: Match, defaultLog: DefaultLog): Part[] {
  const parts = familiesOf(rule, match).flatMap((family): Part[] => {
    const log = destine(rule.log, defaultLog[family]);
    return log === undefined ? [] : [{ family, log }];
  });
  const [first, second] = parts;
  const isPer = typeof rule.limit === "object";
  const isSame =
    first !== undefined && second !== undefined && JSON.stringify(first.log) === JSON.stringify(second.log);
  return isSame && !isPer ? [{ family: undefined, log: first.log }] : parts;
}

/** The families whose packets the rule can match at all. */
function familiesOf({ into, family }: RuleDocument, match: Match): RuleFamily[] {
  const named = family ?? into?.split(" ")[0];
  if (named === "ip" || named === "ip6") return [named];
  if (match["ip"] !== undefined || match["icmp"] !== undefined) return ["ip"];
  return match["ip6"] !== undefined || match["icmpv6"] !== undefined ? ["ip6"] : ["ip", "ip6"];
}

/** A log statement with its destination: its own, or the default of the family; undefined where that is none. */
function destine(log: RuleDocument["log"], byDefault: Destination | undefined): LogStatement | undefined {
  const prefix = log.prefix === undefined ? {} : { prefix: log.prefix };
  if (log.level === "audit") return { to: "audit" };
  if (log.group !== undefined) return { to: "group", group: log.group, ...prefix, ...groupOptions(log) };
  if (log.level !== undefined || log.flags !== undefined) return { to: "kernel", ...prefix, ...kernelOptions(log) };
  if (byDefault?.to === "none") return undefined;
  return byDefault?.to === "user" ? { to: "group", group: byDefault.group, ...prefix } : { to: "kernel", ...prefix };
}

function groupOptions({ snaplen, "queue-threshold": queueThreshold }: RuleDocument["log"]): object {
  return { ...(snaplen === undefined ? {} : { snaplen }), ...(queueThreshold === undefined ? {} : { queueThreshold }) };
}

function kernelOptions({ level, flags }: RuleDocument["log"]): object {
  return { ...(level === undefined ? {} : { level }), ...(flags === undefined ? {} : { flags }) };
}

/** Only a rule of an inet table that nothing else ties to one family has to ask for it. */
function familyTest({ family }: Part, rule: RuleDocument, match: Match): object[] {
  const isTied = ["ip", "ip6", "icmp", "icmpv6"].some((key) => match[key] !== undefined);
  const isInet = rule.into === undefined || rule.into.startsWith("inet ");
  if (family === undefined || isTied || !isInet || typeof rule.limit === "object") return [];
  return [{ match: { op: "==", left: { meta: { key: "nfproto" } }, right: family === "ip" ? "ipv4" : "ipv6" } }];
}

interface LoweredLimit {
  readonly objects: readonly NftObject[];
  readonly statements: readonly object[];
}

function lowerLimit(
  { limit, name, into }: RuleDocument,
  { family = "ip" }: Part,
  place: { family: string; table: string },
  isSplit: boolean,
): LoweredLimit {
  if (limit === undefined) return { objects: [], statements: [] };

  const own = { family: place.family, table: place.table };
  const rate = encodeLimit(parseLimit(typeof limit === "string" ? limit : limit.rate) as Limit);
  if (typeof limit === "string") {
    // Somebody else's table gets no object of ours: there each of the two rules has the whole limit.
    if (!isSplit || into !== undefined) return { objects: [], statements: [{ limit: rate }] };
    return { objects: [{ limit: { ...own, name, ...rate } }], statements: [{ limit: name }] };
  }
  const set = `${name}-${family}`;
  const elem = { payload: { protocol: family, field: limit.per } };
  return {
    objects: [
      {
        set: {
          ...own,
          name: set,
          type: family === "ip" ? "ipv4_addr" : "ipv6_addr",
          size: limit.size,
          // nft before 1.0.9 does not take "dynamic" in JSON; a timeout alone makes the kernel choose a set that rules can add to.
          flags: ["timeout"],
          timeout: limit.timeout,
        },
      },
    ],
    statements: [{ set: { op: "update", elem, set: `@${set}`, stmt: [{ limit: rate }] } }],
  };
}
