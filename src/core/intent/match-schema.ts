import * as z from "zod";
import { EXCLUSIVE, faultOfValue, type MatchValue } from "./match.ts";
import { FIELDS, type Field } from "./vocabulary.ts";

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

/** What the groups of fields are. */
const GROUPS: Readonly<Record<string, string>> = {
  ct: "what connection tracking says of the packet",
  ether: "the header of Ethernet",
  fib: "what routing says of an address: its type",
  icmp: "ICMP, of IPv4",
  icmpv6: "ICMP, of IPv6",
  ip: "the header of IPv4",
  ip6: "the header of IPv6",
  sctp: "SCTP",
  tcp: "TCP",
  udp: "UDP",
  vlan: "the VLAN tag",
};

/** `match:`, made of the vocabulary. */
export function matchSchema() {
  const shape: Record<string, z.ZodType> = {};
  for (const field of FIELDS.filter(({ path }) => !path.includes("."))) shape[field.path] = matchValue(field);
  for (const group of new Set(FIELDS.flatMap(({ path }) => (path.includes(".") ? [path.split(".")[0] ?? ""] : [])))) {
    const fields = FIELDS.filter(({ path }) => path.startsWith(`${group}.`));
    const entries = fields.map((field) => [field.path.slice(group.length + 1), matchValue(field)]);
    shape[group] = z
      .strictObject(Object.fromEntries(entries))
      .optional()
      .describe(GROUPS[group] ?? group);
  }
  return z.strictObject(shape).superRefine(refuseConflicts);
}

function refuseConflicts(match: Record<string, unknown>, context: z.RefinementCtx): void {
  for (const [one, other] of EXCLUSIVE) {
    if (match[one] === undefined || match[other] === undefined) continue;
    context.addIssue({ code: "custom", path: [other], message: `no packet matches both ${one} and ${other}` });
  }
}
