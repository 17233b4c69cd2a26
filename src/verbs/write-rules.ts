import { type Change, changesOf } from "../core/diff/changes.ts";
import { MARK } from "../core/intent/lower.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Ours } from "../core/model/ours.ts";
import type { Ruleset } from "../core/nft/ruleset.ts";
import type { Command } from "../core/ours/edit-chain.ts";
import { compareOurs, isOurs, isOursAnywhere, putIn, withoutLost } from "../core/ours/ours.ts";
import { withoutOurs } from "../core/ours/scope.ts";
import { transactionOf } from "../core/ours/transaction.ts";
import { readAroundOurs } from "./live-rules.ts";
import { NftRefused, transact } from "./transact.ts";

/** Has nft make our part of the ruleset this, in one transaction, from whatever it is now: read anew unless it just was. */
export async function writeRules(host: Host, ours: Ours, live: Ruleset | undefined): Promise<void> {
  const commands = transactionFor(live ?? (await readAroundOurs(host, new Set(ours.tables))), ours);
  const says = await transact(host, commands);
  if (says !== undefined) throw new NftRefused(commands, says);
}

/** The commands that make our part of this ruleset that. */
export function transactionFor(live: Ruleset, ours: Ours): Command[] {
  const own = new Set(ours.tables);
  return transactionOf(live, putIn(withoutOurs(live, own), ours), own);
}

/** The same without rules whose place in chains of others is gone by now, and what there is to say of those. */
export async function withoutLostPlaces(host: Host, ours: Ours): Promise<ReturnType<typeof withoutLost>> {
  const own = new Set(ours.tables);
  return withoutLost(withoutOurs(await readAroundOurs(host, own), own), ours);
}

/** Whether our part of the ruleset is this, and stands where it is to stand. */
export async function areWritten(host: Host, ours: Ours): Promise<boolean> {
  return isOurs(await readAroundOurs(host, new Set(ours.tables)), ours);
}

/** The same wherever our rules stand in chains of others: nobody has changed them since, whatever came and went around them. */
export async function areUntouched(host: Host, ours: Ours): Promise<boolean> {
  return isOursAnywhere(await readAroundOurs(host, new Set(ours.tables)), ours);
}

/** The fault for rules that nft took without an error and that are not there as they were meant. */
export async function faultOfDifference(host: Host, ours: Ours): Promise<Fault> {
  const live = await readAroundOurs(host, new Set(ours.tables));
  return new Fault(
    "not-kept",
    `nft took the rules without an error, and read back they are not so: ${differences(live, ours)}`,
    "another program may be changing them at the same time: nft monitor shows it; if not, report it with nft --version",
  );
}

/** What differs from what is ours to be, in words. */
export function differences(live: Ruleset, ours: Ours): string {
  try {
    const texts = [...new Set(changesOf({ settings: [], tables: compareOurs(live, ours) }).map(changeText))];
    return [...texts.slice(0, SHOWN), ...(texts.length > SHOWN ? [`and ${texts.length - SHOWN} more`] : [])].join("; ");
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

const SHOWN = 5;

/** `rule drops in inet filter input: missing`; what has no name by its text. */
function changeText({ what, kind, path, name, before, after }: Change): string {
  const called = name.replace(MARK, "") || (after ?? before ?? "");
  const text = what === "edited" ? ` (${after}, not ${before})` : "";
  const thing = called === "" ? `${kind} ${path}` : `${kind} ${called}${path === "" ? "" : ` in ${path}`}`;
  return `${thing}: ${WORDS[what]}${text}`;
}

const WORDS: Readonly<Record<Change["what"], string>> = {
  added: "there, and was not",
  removed: "missing",
  edited: "changed",
  moved: "moved",
  "moved and edited": "moved and changed",
};
