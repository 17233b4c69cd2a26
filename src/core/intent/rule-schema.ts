import * as z from "zod";
import { GROUP_MAX } from "../model/default-log.ts";
import { isRate, parseLimit, refillSeconds } from "../model/limit.ts";
import { LOG_FLAGS, LOG_LEVELS, QUEUE_THRESHOLD_MAX, SNAPLEN_MAX } from "../model/log-statement.ts";
import { Prefix } from "../model/prefix.ts";
import { UNSEEN } from "../model/unseen.ts";
import { refuseStatements } from "./expr.ts";
import { matchSchema } from "./match-schema.ts";
import { Accept, Device, Name, ObjectName } from "./name-schema.ts";
import { TABLE_HOOKS } from "./names.ts";

const HOOKS = [...TABLE_HOOKS, "ingress", "egress"] as const;
const DEVICE_HOOKS: readonly unknown[] = ["ingress", "egress"];

/** `log:` as the intent spells it. */
const Log = z
  .strictObject({
    prefix: Prefix.optional().describe("what its lines begin with"),
    level: z
      .enum([...LOG_LEVELS, "audit"])
      .optional()
      .describe("for the kernel log; audit: for the audit system"),
    flags: z.array(z.enum(LOG_FLAGS)).min(1).optional().describe("what the kernel log tells besides"),
    group: z.int().min(0).max(GROUP_MAX).optional().describe("for programs that listen on this NFLOG group"),
    snaplen: z.int().min(0).max(SNAPLEN_MAX).optional().describe("how many bytes of a packet the group is handed"),
    "queue-threshold": z
      .int()
      .min(1)
      .max(QUEUE_THRESHOLD_MAX)
      .optional()
      .describe("how many packets the kernel collects for the group"),
  })
  .superRefine((log, context) => {
    const refuse = (key: keyof typeof log, message: string): void => {
      if (log[key] !== undefined) context.addIssue({ code: "custom", path: [key], message });
    };
    if (log.group === undefined) {
      refuse("snaplen", "only goes with group: the kernel drops it silently");
      refuse("queue-threshold", "only goes with group: the kernel drops it silently");
    } else {
      refuse("level", "and group exclude each other");
      refuse("flags", "and group exclude each other");
    }
    if (log.level === "audit") {
      refuse("prefix", "is not carried by an audit record");
      refuse("flags", "do not go with level audit");
    }
  });

const Rate = z.string().superRefine((text, context) => {
  if (isRate(text)) return;
  const message =
    parseLimit(text) === undefined
      ? 'must be a rate such as "5/minute", "5/minute burst 10", "over 100/second" or "10 kbytes/second", by second, minute, hour, day or week'
      : "is more than the kernel can count in that time: name a shorter one";
  context.addIssue({ code: "custom", message });
});
/** Four weeks. */
const TIMEOUT_MAX = 2_419_200;

const OneLimit = z.union([
  Rate,
  z
    .strictObject({
      rate: Rate.describe("such as 5/minute, 5/minute burst 10, over 100/second, 10 kbytes/second"),
      per: z.enum(["saddr", "daddr"]).optional().describe("each source or destination address has a limit of its own"),
      timeout: z
        .int()
        .min(1)
        .max(TIMEOUT_MAX)
        .optional()
        .describe(
          "seconds after which an address is forgotten; those in which the limit refills, and 60 at least, unless said",
        ),
      size: z
        .int()
        .min(1)
        .max(1_048_576)
        .optional()
        .describe("addresses that are remembered at most; 65535 unless said"),
      name: ObjectName.optional().describe("rules that give the same name share one limit"),
    })
    .superRefine((limit, context) => {
      const rate = parseLimit(limit.rate);
      const refill = rate === undefined ? 0 : refillSeconds(rate);
      if (limit.per !== undefined && (limit.timeout ?? TIMEOUT_MAX) < refill) {
        const message = `must be at least ${refill} seconds, in which the limit refills: what is forgotten before starts anew`;
        context.addIssue({ code: "custom", path: [limit.timeout === undefined ? "rate" : "timeout"], message });
      }
      for (const key of ["timeout", "size"] as const) {
        if (limit.per !== undefined || limit[key] === undefined) continue;
        context.addIssue({ code: "custom", path: [key], message: "only goes with per" });
      }
    }),
]);
export type OneLimit = z.infer<typeof OneLimit>;
const LimitDocument = z.union([OneLimit, z.array(OneLimit).min(1).max(4)]);

/** Somebody else's chain. */
const Into = z
  .string()
  .regex(
    /^(ip|ip6|inet|arp|bridge|netdev) [A-Za-z_][\w./-]* [A-Za-z_][\w./-]*$/,
    "must be FAMILY TABLE CHAIN such as inet filter input",
  );

/** Before what a rule stands in somebody else's chain. */
const Before = z.union([
  z.enum(["drop", "reject"]),
  z.strictObject({ comment: z.string().min(1).max(128).describe("of that rule") }),
  z.strictObject({ handle: z.int().min(1).describe("of that rule") }),
]);
export type Before = z.infer<typeof Before>;

/** Statements in libnftables-JSON that only look at a packet: a verdict is not ours to give. */
const Expr = z.array(z.record(z.string(), z.unknown())).min(1).superRefine(refuseStatements);

/** One line of nft's own text: nft compiles it, so it must not be able to end the rule that it stands in. */
const NftText = z
  .string()
  .regex(
    new RegExp(`^[^;#\\\\$${UNSEEN}]+$`, "u"),
    "must be one line without ; # $ and backslashes, such as 'meta cpu 0'",
  );

/** A rule of one's own, and what a template spells. */
export const RuleDocument = z
  .strictObject({
    name: Name.describe("of the rule, by which it is found again"),
    hook: z.enum(HOOKS).optional().describe("into a chain of our own table there, which only logs"),
    device: z
      .union([Device, z.array(Device).min(1)])
      .optional()
      .describe("the interface of hook ingress or egress; a list"),
    into: Into.optional().describe("into somebody else's chain: FAMILY TABLE CHAIN"),
    at: z.enum(["start", "end"]).optional().describe("where in that chain; end unless said"),
    before: Before.optional().describe(
      "before each drop or reject of that chain, under its conditions; or before one rule",
    ),
    family: z.enum(["ip", "ip6"]).optional().describe("only of this one"),
    match: matchSchema().optional().describe("which packets: all of it has to hold; none: all packets"),
    expr: Expr.optional().describe("libnftables-JSON for what match has no word for"),
    nft: NftText.optional().describe("nft's own text for what match has no word for; nft compiles it"),
    log: Log.default({}).describe("where to: a group, or a level; neither: the default log of the family"),
    limit: LimitDocument.optional().describe("how much at most: a rate, { rate, ... }, or a list of them"),
    counter: z.boolean().default(true).describe("whether packets and bytes are counted"),
    accept: Accept.optional(),
  })
  .superRefine((rule, context) => {
    for (const [path, message] of faultsOfRule(rule)) context.addIssue({ code: "custom", path, message });
  });
export type RuleDocument = z.infer<typeof RuleDocument>;

/** What does not go together in a rule: where, and why. */
function faultsOfRule(rule: Readonly<Record<string, unknown>>): [string[], string][] {
  const has = (key: string): boolean => rule[key] !== undefined;
  const isOnDevice = DEVICE_HOOKS.includes(rule["hook"]);
  const faults: [boolean, string[], string][] = [
    [has("hook") === has("into"), [], "needs one of hook and into"],
    [isOnDevice && !has("device"), [], `hook ${rule["hook"]} needs a device`],
    [!isOnDevice && has("device"), ["device"], "only goes with hook ingress or egress: match has iifname and oifname"],
    [isOnDevice && has("family"), ["family"], "does not go with a device: match ip or ip6"],
    [
      isOnDevice && hasCt(rule["match"]),
      ["match", "ct"],
      "does not go with a device: conntrack sees the packet elsewhere",
    ],
    [
      isTorn(rule),
      ["limit"],
      "per does not go with ether or vlan and a limit of expr or nft: nft lists them in another order",
    ],
    [has("at") && !has("into"), ["at"], "only goes with into"],
    [has("before") && !has("into"), ["before"], "only goes with into"],
    [has("before") && has("at"), ["at"], "and before exclude each other"],
    [
      has("into") && needsObject(rule["limit"]),
      ["limit"],
      "per and name only go with hook: they need an object in the table",
    ],
  ];
  return faults.flatMap(([isWrong, path, message]) => (isWrong ? [[path, message] as [string[], string]] : []));
}

/** nft lists a comparison of the link's header behind what stands between it and one of the network's. */
function isTorn({ match, limit, expr, nft }: Readonly<Record<string, unknown>>): boolean {
  const { ether, vlan } = (match ?? {}) as { ether?: unknown; vlan?: unknown };
  const isLink = ether !== undefined || vlan !== undefined;
  const counts = nft !== undefined || (Array.isArray(expr) && expr.some((one: object) => !Object.hasOwn(one, "match")));
  return isLink && counts && JSON.stringify(limit ?? null).includes('"per":');
}

function hasCt(match: unknown): boolean {
  return (match as { ct?: unknown } | undefined)?.ct !== undefined;
}

function needsObject(limit: unknown): boolean {
  const limits = (Array.isArray(limit) ? limit : [limit]) as unknown[];
  return limits.some((one) => {
    const { per, name } = (one ?? {}) as { per?: unknown; name?: unknown };
    return per !== undefined || name !== undefined;
  });
}
