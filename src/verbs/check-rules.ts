import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Ours } from "../core/model/ours.ts";
import type { Wish } from "../core/model/revision.ts";
import { isObject, type JsonObject } from "../core/nft/json.ts";
import type { Ruleset } from "../core/nft/ruleset.ts";
import type { Command } from "../core/ours/edit-chain.ts";
import { ownedFault } from "../core/ours/refuse-neighbours.ts";
import { type PlanOptions, planWish } from "./plan-rules.ts";
import { readBindings } from "./read-machine.ts";
import { compileInScratch } from "./scratch.ts";
import { brief, findRefused, type NftRefused, type Refusal, wouldTransact } from "./transact.ts";
import { transactionFor } from "./write-rules.ts";

/**
 * Asks the kernel whether it would take what is wished; a fault that names the rule if it would not. `nft -c` does not have
 * the kernel look at all that it looks at in earnest (a rule that its hook forbids may pass), so the rules are made in a
 * scratch namespace, too. Gives how many commands it would take.
 */
export async function checkWish(
  host: Host,
  wish: Wish,
  say: (line: string) => void,
  options: PlanOptions = {},
): Promise<number> {
  const { plan, live } = await planWish(host, wish, options);
  const before = await readBindings(host);
  let count = 0;
  for (const { change } of plan.steps) {
    if (change.do !== "write-rules") continue;
    const commands = transactionFor(live, change.ours);
    const refusal =
      (await findRefused(commands, (some) => wouldTransact(host, some))) ??
      (await findRefused(earnestly(live, change.ours), (some) => tryInScratch(host, some)));
    if (refusal !== undefined) throw faultOf(refusal, wish);
    count += commands.length;
  }
  if (JSON.stringify(before) !== JSON.stringify(await readBindings(host))) {
    say("note: nft loaded kernel modules for it, and the table of loggers has changed: netlogctl status");
  }
  return count;
}

/** Which rule of a transaction it was that nft did not take, and where that stands in the intent. */
export async function faultOfRefused(host: Host, refused: NftRefused, wish: Wish): Promise<Fault> {
  if (!refused.isAnswer) return refused;
  const refusal =
    (await findRefused(refused.commands, (some) => wouldTransact(host, some))) ??
    (await findRefused(refused.commands.filter(standsAlone), (some) => tryInScratch(host, some)));
  return refusal === undefined ? refused : faultOf(refusal, wish);
}

/** What is ours as commands that need nothing of what is there, but for the heads of others' chains. */
function earnestly(live: Ruleset, { objects, placed }: Ours): Command[] {
  const heads = placed.flatMap(({ family, table, chain }): Command[] => {
    const head = live.tables.get(`${family} ${table}`)?.chains.get(chain)?.head;
    return head === undefined
      ? []
      : [{ add: { table: { family, name: table } } }, { add: { chain: withoutHandle(head) } }];
  });
  const rules = placed.flatMap(({ rules: some }) => some.filter((rule) => !JSON.stringify(rule).includes('"@')));
  return [
    ...objects.map((object): Command => ({ add: object })),
    ...heads,
    ...rules.map((rule): Command => ({ add: { rule } })),
  ];
}

function withoutHandle({ handle: _handle, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** Whether a command can be carried out on nothing. */
function standsAlone(command: Command): boolean {
  const [verb, object] = Object.entries(command)[0] ?? [];
  const rule = object?.["rule"];
  return verb === "add" && !(isObject(rule) && rule["index"] !== undefined);
}

/** Where there is no scratch namespace to be had, nothing is refused. */
async function tryInScratch(host: Host, commands: readonly Command[]): Promise<string | undefined> {
  try {
    const compiled = await compileInScratch(host, JSON.stringify({ nftables: commands }), () => {});
    return compiled.isTaken ? undefined : compiled.says;
  } catch (error) {
    if (error instanceof Fault && error.code === "not-permitted") return undefined;
    throw error;
  }
}

function faultOf({ command, says }: Refusal, wish: Wish): Fault {
  const [object] = Object.values(command);
  const [kind = "", value] = Object.entries(object ?? {})[0] ?? [];
  const { comment = "", name = "", family, table, chain } = isObject(value) ? value : {};
  const rule = /^netlogctl:(.*)$/.exec(String(comment))?.[1];
  const where = wish.rules.form === "intent" ? whereOf(wish.rules.rules, rule) : undefined;
  const what = rule === undefined ? `${kind} ${name}`.trim() : `rule ${rule}`;
  const place = [family, table, chain].filter((word) => word !== undefined).join(" ");
  if (says.includes("Operation not permitted")) return ownedFault(`${family} ${table ?? name}`);
  return new Fault(
    "refused",
    `the kernel does not take ${what} (${place}): ${brief(says)}`,
    "nothing was changed; see the rule in nft's words: netlogctl rules render --as nft",
    where === undefined ? {} : { where },
  );
}

type OfIntent = Extract<Wish["rules"], { form: "intent" }>;

function whereOf(rules: OfIntent["rules"], name: string | undefined): string | undefined {
  return rules.find(({ document }) => document["name"] === name)?.where?.();
}
