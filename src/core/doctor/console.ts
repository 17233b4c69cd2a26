import { LOG_LEVELS } from "../model/log-statement.ts";
import { type Diagnosis, diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { levelOf, type PlacedLog, placesOf, prefixesText } from "./placed.ts";
import { type Repairs, ruleRemedy } from "./rule-remedy.ts";
import { comment, counted, inNetns, writeCommand } from "./shell.ts";

export const PRINTED = "console-prints";

/** The console takes no level below 1 (dmesg(1), -n): what is emerg is always printed. */
export function emergencies(logs: readonly PlacedLog[]): PlacedLog[] {
  return logs.filter((one) => one.site.to === "kernel log" && levelOf(one) === 0);
}

/** What such a rule is given instead: nft's own default. */
const ORDINARY = 4;

/** Lines that the kernel prints to the console: those of a level below the console's (console_loglevel, printk.c). */
export function printedDiagnoses(logs: readonly PlacedLog[], facts: Facts, repairs: Repairs): Diagnosis[] {
  const { printk, consoles } = facts.keepers;
  const [level = 0, ...others] = printk;
  const found = logs.filter((one) => levelOf(one) < level);
  if (found.length === 0) return [];
  const where = placesOf(found);
  const most = Math.min(...found.map(levelOf));
  const on = consoles.length === 0 ? "" : ` (${consoles.join(", ")})`;
  const message = `the console level is ${level}: lines of ${counted(where.length, "rule")} (${prefixesText(found)}; level ${LOG_LEVELS[most]}) are printed to the console${on}`;
  const remedy = [...calmer(emergencies(found), facts, repairs), ...quieter(found, level, others)];
  return [diagnosis(PRINTED, message, remedy, where)];
}

function calmer(logs: readonly PlacedLog[], { netns }: Facts, repairs: Repairs): string[] {
  const rules = new Set(logs.map(({ rule }) => rule));
  const advice = "emerg is printed at any console level, so give it another level, such as warn";
  return ruleRemedy([...rules], { code: PRINTED, advice, repairs, netns: inNetns(netns) });
}

/** A lower level of the console, where it is for the rules that remain. */
function quieter(found: readonly PlacedLog[], level: number, others: readonly number[]): string[] {
  const least = Math.min(...found.map((one) => levelOf(one) || ORDINARY));
  if (least >= level) return [];
  const values = [least, ...others].join(" ");
  const hidden = `the kernel's own messages of level ${LOG_LEVELS[least]} are not printed then, either; to keep them give the rules level ${LOG_LEVELS[ORDINARY]} instead:`;
  return [
    ...(least < ORDINARY ? [comment(hidden)] : []),
    `sysctl -w kernel.printk="${values}"`,
    writeCommand("/etc/sysctl.d/60-netlogctl-console.conf", [`kernel.printk = ${values}`]),
  ];
}
