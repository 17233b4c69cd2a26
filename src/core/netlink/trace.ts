import type { TraceStep } from "../model/trial.ts";
import { attributesIn, NFGEN_HEADER, SUBSYS } from "./message.ts";

/** NFT_MSG_TRACE, and the multicast group that it is told to (linux/netfilter/nf_tables.h, nfnetlink.h). */
export const NFT_TRACE = (SUBSYS.tables << 8) | 17;
export const NFNLGRP_NFTRACE = 9;

const NFTA_TRACE = { table: 1, chain: 2, handle: 3, kind: 4, verdict: 5, policy: 16 };
const KINDS = new Map([
  [1, "policy"],
  [2, "return"],
  [3, "rule"],
] as const);
const NFTA_VERDICT = { code: 1, chain: 2 };
/** NF_DROP and the rest of netfilter's, then nf_tables' own. */
const VERDICTS = new Map([
  [0, "drop"],
  [1, "accept"],
  [2, "stolen"],
  [3, "queue"],
  [-1, "continue"],
  [-2, "break"],
  [-3, "jump"],
  [-4, "goto"],
  [-5, "return"],
]);

/** Decodes a message of nftrace (net/netfilter/nf_tables_trace.c). */
export function decodeTrace(message: Buffer): Omit<TraceStep, "packet"> {
  const values = new Map(attributesIn(message, NFGEN_HEADER).map(({ type, value }) => [type, value]));
  const kind = KINDS.get((numberOf(values.get(NFTA_TRACE.kind)) ?? 0) as 1 | 2 | 3) ?? "return";
  const handle = values.get(NFTA_TRACE.handle);
  const policy = numberOf(values.get(NFTA_TRACE.policy));
  return {
    family: message[16] ?? 0,
    table: textOf(values.get(NFTA_TRACE.table)),
    chain: textOf(values.get(NFTA_TRACE.chain)),
    kind,
    handle: kind !== "rule" || handle?.length !== 8 ? null : Number(handle.readBigUInt64BE(0)),
    verdict: policy === undefined ? verdictOf(values.get(NFTA_TRACE.verdict)) : nameOf(policy),
  };
}

function verdictOf(nested: Buffer | undefined): string {
  const values = new Map(attributesIn(nested ?? Buffer.alloc(0)).map(({ type, value }) => [type, value]));
  const code = numberOf(values.get(NFTA_VERDICT.code));
  const chain = values.get(NFTA_VERDICT.chain);
  return [code === undefined ? "continue" : nameOf(code), ...(chain === undefined ? [] : [textOf(chain)])].join(" ");
}

/** What is no number of four bytes says nothing. */
function numberOf(value: Buffer | undefined): number | undefined {
  return value?.length === 4 ? value.readInt32BE(0) : undefined;
}

function nameOf(code: number): string {
  return VERDICTS.get(code) ?? VERDICTS.get(code & 0xff) ?? `verdict ${code}`;
}

function textOf(value: Buffer | undefined): string {
  return (value?.toString("utf8") ?? "").replace(/\0.*$/s, "");
}
