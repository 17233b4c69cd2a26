import { NFNETLINK_LOG } from "../model/logger.ts";
import { type Diagnosis, diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { type PlacedLog, placesOf } from "./placed.ts";
import { type Repairs, ruleRemedy } from "./rule-remedy.ts";
import { counted, inNetns } from "./shell.ts";

/**
 * struct nf_loginfo is a union: on little-endian machines the low byte of u.ulog.copy_len is u.log.level, and
 * nft_log_init() takes level 8 for audit, which needs no logger. It matters only where the logger is a module.
 */
export function unpinnedLogs(logs: readonly PlacedLog[], { machine }: Facts): PlacedLog[] {
  const isModule = machine.modules.some(({ name, state }) => name === NFNETLINK_LOG && state !== "built in");
  const isUnpinned = ({ log }: PlacedLog): boolean =>
    log?.to === "group" && Number(log.fields["snaplen"] ?? 0) % 256 === 8;
  return isModule ? logs.filter(isUnpinned) : [];
}

/** One finding for all of them. */
export function snaplenDiagnoses(found: readonly PlacedLog[], repairs: Repairs, { netns }: Facts): Diagnosis[] {
  if (found.length === 0) return [];
  const where = placesOf(found);
  const message = `${counted(where.length, "rule")} with a snaplen of 8 beyond a multiple of 256 (${found[0]?.log?.fields["snaplen"]}): nfnetlink_log may be unloaded below them`;
  const advised = { code: UNPINNED, advice: "take a snaplen that is one more", repairs, netns: inNetns(netns) };
  return [
    diagnosis(
      UNPINNED,
      message,
      ruleRemedy(
        found.map(({ rule }) => rule),
        advised,
      ),
      where,
    ),
  ];
}

export const UNPINNED = "snaplen-unpinned";
