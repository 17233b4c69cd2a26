import type { Finding } from "../../src/core/lint/finding.ts";
import { lintRuleset } from "../../src/core/lint/lint.ts";
import { decodeRuleset } from "../../src/core/nft/ruleset.ts";

export const own = { family: "inet", table: "t" };
export const LIMIT = { limit: { rate: 5, burst: 5, per: "minute" } };
export const OVER = { limit: { rate: 5, burst: 5, per: "minute", inv: true } };
export const LOG = { log: { prefix: "x: " } };
export const DROP = { drop: null };
export const PORT = { match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right: 22 } };
export const SADDR = { payload: { protocol: "ip", field: "saddr" } };
export const perSource = (limit: object) => ({ set: { op: "update", elem: SADDR, set: "@s", stmt: [limit] } });

export interface Built {
  readonly hook?: string;
  readonly policy?: string;
  readonly objects?: readonly object[];
  /** Rules of other chains, by chain. */
  readonly more?: Readonly<Record<string, readonly object[][]>>;
  readonly comments?: readonly string[];
}

/** The findings in a base chain c of these rules; where is CHAIN:POSITION. */
export function lint(
  rules: readonly (readonly object[])[],
  { hook = "input", policy = "accept", ...built }: Built = {},
): Finding[] {
  const { objects = [], more = {}, comments = [] } = built;
  const others = Object.keys(more);
  const json = [
    { table: { family: "inet", name: "t" } },
    { chain: { ...own, name: "c", type: "filter", hook, prio: 0, policy } },
    ...others.map((name) => ({ chain: { ...own, name } })),
    ...objects,
    ...rules.map((expr, index) => ({ rule: { ...own, chain: "c", expr, comment: comments[index] ?? "" } })),
    ...others.flatMap((chain) => (more[chain] ?? []).map((expr) => ({ rule: { ...own, chain, expr } }))),
  ];
  const ruleset = decodeRuleset({ nftables: json }, "f");
  return lintRuleset(ruleset, (_rule, { chain, position }) => `${chain}:${position}`);
}

/** The codes, each with its rule where that is not the first. */
export const codesOf = (findings: readonly Finding[]): string =>
  findings.map(({ code, where }) => `${where === "c:0" ? "" : `${where} `}${code}`).join(", ");
