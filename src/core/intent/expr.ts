import type * as z from "zod";
import { didYouMean } from "../nearest.ts";
import { wrongInStatement } from "../nft/grammar.ts";
import { isObject, type Json, soleEntry } from "../nft/json.ts";

/** Statements that look at a packet, or at how many there were, and do nothing to it. */
const LOOKING = ["match", "limit", "quota", "ct count"];

/** Refuses statements that are not ours to give, and all that libnftables would pass over in silence. */
export function refuseStatements(statements: readonly unknown[], context: z.RefinementCtx): void {
  for (const [index, statement] of statements.entries()) {
    const refused = faultOfStatement(statement);
    if (refused !== undefined)
      context.addIssue({ code: "custom", path: [index, ...refused.path], message: refused.message });
  }
}

/** What is wrong with a statement in a log rule: where in it, and why; undefined if nothing is. */
function faultOfStatement(statement: unknown): { path: (string | number)[]; message: string } | undefined {
  const kind = soleEntry(statement)?.[0];
  if (kind !== undefined && kind !== "log" && !LOOKING.includes(kind)) {
    return {
      path: [kind],
      message: `only ${LOOKING.join(", ")} may stand here: a log rule does nothing else to a packet`,
    };
  }
  const [wrong] = wrongInStatement(statement);
  if (wrong !== undefined) {
    const key = wrong.path.at(-1);
    const hint = typeof key === "string" ? didYouMean(key, wrong.known) : "";
    return { path: [...wrong.path], message: `${wrong.message}${hint === "" ? "" : ` (${hint.trim()})`}` };
  }
  return kind === "log" ? { path: ["log"], message: "the log statement stands in log:" } : undefined;
}

/** What is wrong with what nft made of a rule's text; undefined if nothing is. */
export function faultOfCompiled(statements: readonly Json[]): string | undefined {
  for (const statement of statements) {
    const kind = soleEntry(statement)?.[0] ?? "";
    if (!LOOKING.includes(kind))
      return `only ${LOOKING.join(", ")} may stand there, not ${kind || JSON.stringify(statement)}`;
  }
  return undefined;
}

const TIES = new Map<unknown, "ip" | "ip6">([
  ["ip", "ip"],
  ["icmp", "ip"],
  ["igmp", "ip"],
  ["ip6", "ip6"],
  ["icmpv6", "ip6"],
]);

/** The family to which a statement ties its rule, by a header that only this one has. */
export function familyTied(value: unknown): "ip" | "ip6" | undefined {
  if (Array.isArray(value)) return firstTied(value);
  if (!isObject(value)) return undefined;
  const { payload, exthdr } = value;
  if (exthdr !== undefined) return "ip6";
  if (value["ip option"] !== undefined) return "ip";
  const tied = isObject(payload) ? TIES.get(payload["protocol"]) : undefined;
  return tied ?? firstTied(Object.values(value));
}

function firstTied(values: readonly unknown[]): "ip" | "ip6" | undefined {
  for (const value of values) {
    const found = familyTied(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
