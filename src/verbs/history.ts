import type { Host } from "../core/model/host.ts";
import type { RevisionRules } from "../core/model/revision.ts";
import { readPending } from "./pending.ts";
import { readNamespace } from "./read-machine.ts";
import { listRevisions, readRevision } from "./revisions.ts";

/** A revision in a list. */
export interface HistoryEntry {
  readonly number: number;
  /** As ISO 8601 in UTC. */
  readonly time: string;
  readonly title: string;
  /** Rules of the intent, or of the tables of a text. */
  readonly rules: number;
  /** `current` is what was applied last; `unconfirmed` if it is taken back unless it is confirmed. */
  readonly state: "current" | "unconfirmed" | "";
}

/** What was applied, the newest first. */
export async function readHistory(host: Host): Promise<HistoryEntry[]> {
  const namespace = await readNamespace(host);
  const numbers = (await listRevisions(host, namespace)).toReversed();
  const state = (await readPending(host, namespace)) === undefined ? "current" : "unconfirmed";
  const entries: HistoryEntry[] = [];
  for (const number of numbers) {
    const { time, title, rules } = await readRevision(host, namespace, number);
    entries.push({ number, time, title, rules: countOf(rules), state: number === numbers[0] ? state : "" });
  }
  return entries;
}

function countOf(rules: RevisionRules): number {
  if (rules.form === "intent") return rules.rules.length;
  return rules.form === "text" ? rules.nftables.filter((object) => "rule" in object).length : 0;
}
