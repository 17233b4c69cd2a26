import { z } from "zod";
import { GROUP_MAX } from "../model/default-log.ts";
import { FAMILIES } from "../model/family.ts";
import { parseLimit } from "../model/limit.ts";
import { LOG_FLAGS, LOG_LEVELS, Prefix } from "../model/log-statement.ts";
import { faultOfValue, type MatchValue } from "./match.ts";
import { FIELDS, type Field } from "./vocabulary.ts";

/** The hooks at which our own table has chains. */
const HOOKS = ["prerouting", "input", "forward", "output", "postrouting"] as const;

/** A name in a comment, a set's or a limit's name: what nft takes bare everywhere. */
const Name = z.string().regex(/^[a-z][a-z0-9_-]{0,47}$/, "must be lower-case letters, digits, - and _, 48 at most");
const TableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, "must be a name such as netlogctl");

const DestinationText = z
  .string()
  .regex(/^(kernel|none|user( group (0|[1-9][0-9]{0,4}))?)$/, 'must be "kernel", "user", "user group N" or "none"')
  .refine((text) => Number(text.split(" ")[2] ?? 0) <= GROUP_MAX, `the group must be ${GROUP_MAX} at most`);

/** The value of one field of the vocabulary. */
function matchValue(field: Field) {
  const item = z.union([z.string(), z.number()]);
  return z
    .union([item, z.array(item).min(1)])
    .superRefine((value, context) => {
      const message = faultOfValue(field, value as MatchValue);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .describe(`${field.kind.expected}; a list; ! before it for all others`)
    .optional();
}

/** `match:`, made of the vocabulary. */
function matchSchema() {
  const shape: Record<string, z.ZodType> = {};
  for (const field of FIELDS.filter(({ path }) => !path.includes("."))) shape[field.path] = matchValue(field);
  for (const group of new Set(FIELDS.flatMap(({ path }) => (path.includes(".") ? [path.split(".")[0] ?? ""] : [])))) {
    const fields = FIELDS.filter(({ path }) => path.startsWith(`${group}.`));
    const entries = fields.map((field) => [field.path.slice(group.length + 1), matchValue(field)]);
    shape[group] = z.strictObject(Object.fromEntries(entries)).optional();
  }
  return z.strictObject(shape).superRefine(refuseConflicts);
}

/** Of these a packet can only have one. */
const EXCLUSIVE = [
  ["ip", "ip6"],
  ["icmp", "ip6"],
  ["icmpv6", "ip"],
  ...["tcp", "udp", "sctp", "icmp", "icmpv6"].flatMap((one, index, all) =>
    all.slice(index + 1).map((other) => [one, other]),
  ),
] as const;

function refuseConflicts(match: Record<string, unknown>, context: z.RefinementCtx): void {
  for (const [one = "", other = ""] of EXCLUSIVE) {
    if (match[one] === undefined || match[other] === undefined) continue;
    context.addIssue({ code: "custom", path: [other], message: `no packet matches both ${one} and ${other}` });
  }
}

/** `log:` as the intent spells it. */
const Log = z
  .strictObject({
    prefix: Prefix.optional(),
    level: z.enum([...LOG_LEVELS, "audit"]).optional(),
    flags: z.array(z.enum(LOG_FLAGS)).min(1).optional(),
    group: z.int().min(0).max(GROUP_MAX).optional(),
    snaplen: z.int().min(0).max(65_531).optional(),
    "queue-threshold": z.int().min(1).max(65_535).optional(),
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

const Rate = z.string().refine((text) => parseLimit(text) !== undefined, {
  error: 'must be a rate such as "5/minute", "5/minute burst 10", "over 100/second" or "10 kbytes/second"',
});
const LimitDocument = z.union([
  Rate,
  z.strictObject({
    rate: Rate,
    per: z.enum(["saddr", "daddr"]).describe("each source or destination address has a limit of its own"),
    timeout: z.int().min(1).max(86_400).default(60).describe("seconds after which an address is forgotten"),
    size: z.int().min(1).max(1_048_576).default(65_535).describe("addresses that are remembered at most"),
  }),
]);

/** A rule of one's own, and what a template spells. */
export const RuleDocument = z
  .strictObject({
    name: Name,
    hook: z.enum(HOOKS).optional().describe("a chain of our own table, which only logs"),
    into: z
      .string()
      .regex(/^(ip|ip6|inet) [A-Za-z_][\w-]* [A-Za-z_][\w-]*$/, "must be FAMILY TABLE CHAIN such as inet filter input")
      .optional()
      .describe("somebody else's chain"),
    at: z.enum(["start", "end"]).optional(),
    family: z.enum(["ip", "ip6"]).optional(),
    match: matchSchema().optional(),
    log: Log.default({}),
    limit: LimitDocument.optional(),
    counter: z.boolean().default(true),
  })
  .superRefine((rule, context) => {
    if ((rule.hook === undefined) === (rule.into === undefined)) {
      context.addIssue({ code: "custom", message: "needs one of hook and into" });
    }
    if (typeof rule.limit === "object" && rule.into !== undefined) {
      context.addIssue({
        code: "custom",
        path: ["limit"],
        message: "per only goes with hook: it needs a set in the table",
      });
    }
    if (rule.at !== undefined && rule.into === undefined) {
      context.addIssue({ code: "custom", path: ["at"], message: "only goes with into" });
    }
  });
export type RuleDocument = z.infer<typeof RuleDocument>;

/** A template and its parameters. */
export const UseDocument = z.strictObject({ use: Name, with: z.record(z.string(), z.unknown()).default({}) });
export type UseDocument = z.infer<typeof UseDocument>;

const DefaultLogDocument = z.strictObject(
  Object.fromEntries([...FAMILIES, "inet"].map((family) => [family, DestinationText.optional()])),
);

/** The intent but for its rules, which are checked one by one. */
export const IntentHead = z.strictObject({
  version: z.literal(1),
  "default-log": DefaultLogDocument.optional(),
  "all-netns": z.boolean().optional(),
  table: TableName.default("netlogctl"),
  rules: z.array(z.unknown()).default([]),
});

/** The whole document, for editors: what `netlogctl rules schema` prints. */
export const IntentDocument = IntentHead.extend({ rules: z.array(z.union([UseDocument, RuleDocument])).default([]) });
