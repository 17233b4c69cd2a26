import { Comparer } from "../diff/compare.ts";
import { isObject, type JsonObject } from "../nft/json.ts";
import type { Ruleset, Table } from "../nft/ruleset.ts";
import { type Command, Counters, editChain } from "./edit-chain.ts";
import { appendEdit, editTable, type Phases } from "./edit-table.ts";
import { isMarked, markedChains, type OwnTables } from "./scope.ts";

/**
 * The fewest commands that lead from a ruleset to another that differs from it in what is ours only: one document for one
 * `nft -j -f`, which takes all of it or nothing. Empty if there is nothing to do.
 */
export function transactionOf(found: Ruleset, wanted: Ruleset, own: OwnTables): Command[] {
  const phases: Phases = { deletions: [], removals: [], makings: [], replacements: [], puts: [] };
  const comparer = new Comparer([found.version, wanted.version]);
  for (const key of own) editTable(found.tables.get(key), wanted.tables.get(key), comparer, phases);

  const touched = markedChains(found, own);
  for (const path of markedChains(wanted, own)) touched.add(path);
  for (const path of touched) {
    const edit = editChain(rulesOf(found, path), rulesOf(wanted, path), {
      isForeign: (rule) => !isMarked(rule),
      mustGo: () => false,
      counters: new Counters(),
    });
    appendEdit(phases, edit);
  }
  const { deletions, removals, makings, replacements, puts } = phases;
  return [...deletions, ...removals, ...makings, ...replacements, ...puts];
}

/**
 * Commands as the text of a document. For an `index` nft reads all rules; 1.0.6 ends with a segmentation fault at a rule
 * with a set of less than a byte (`ip dscp { cs1, cs2 }`), also one of somebody else, where it has not read the elements of
 * sets as well, which a listing makes it do: here of what there hardly is.
 */
export function documentOf(commands: readonly Command[]): string {
  const isPlaced = commands.some(({ add }) => hasIndex(add));
  const nftables = isPlaced ? [{ list: { maps: { family: "arp" } } }, ...commands] : commands;
  return `${JSON.stringify({ nftables })}\n`;
}

function hasIndex(put: JsonObject | undefined): boolean {
  const rule = put?.["rule"];
  return isObject(rule) && rule["index"] !== undefined;
}

function rulesOf({ tables }: Ruleset, path: string): readonly JsonObject[] {
  const [family = "", table = "", chain = ""] = path.split(" ");
  const held: Table | undefined = tables.get(`${family} ${table}`);
  return held?.chains.get(chain)?.rules ?? [];
}
