import { describeFlowSettings, type FlowSettingRow } from "../core/flow-settings/meaning.ts";
import { parseFlowSettings } from "../core/flow-settings/parse.ts";
import type { Host } from "../core/model/host.ts";
import { planFlowSettings } from "../core/plan/flow-settings-plan.ts";
import { type ChangeOptions, changeMachine, type Outcome } from "./change-machine.ts";
import { readFlowSettings } from "./read-machine.ts";

/** The settings that events of flows depend on: the value of each, and what it means. */
export async function showFlowSettings(host: Host): Promise<FlowSettingRow[]> {
  return describeFlowSettings(await readFlowSettings(host));
}

/**
 * Gives settings of flows their values, such as `acct=on`; they hold until the next boot.
 * @throws Fault usage for what is none; not-supported where the kernel does not have it
 */
export async function setFlowSettings(host: Host, words: readonly string[], options: ChangeOptions): Promise<Outcome> {
  const wanted = parseFlowSettings(words);
  return await changeMachine(host, options, (machine) => planFlowSettings(machine, wanted));
}
