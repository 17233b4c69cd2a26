import { attributesIn, encodeRequest, messagesIn, NFGEN_HEADER, SUBSYS } from "./message.ts";

/** NFT_MSG_NEWGEN and NFT_MSG_GETGEN, and the attribute that holds the number (linux/netfilter/nf_tables.h). */
const NEWGEN = (SUBSYS.tables << 8) | 15;
const GETGEN = (SUBSYS.tables << 8) | 16;
const NFTA_GEN_ID = 1;

/** Asks for the number of the ruleset's generation. */
export function encodeGenerationQuestion(sequence: number): Buffer {
  return encodeRequest({ type: GETGEN, sequence, resource: 0, attributes: [], isQuiet: true });
}

/** The number that a datagram answers with; undefined if it holds none. */
export function decodeGeneration(datagram: Buffer, sequence: number): number | undefined {
  const answer = messagesIn(datagram).find((one) => one.type === NEWGEN && one.sequence === sequence);
  const found = answer === undefined ? [] : attributesIn(answer.bytes, NFGEN_HEADER);
  const number = found.find(({ type }) => type === NFTA_GEN_ID)?.value;
  return number?.length === 4 ? number.readUInt32BE() : undefined;
}
