import { flowSettingWord } from "../flow-settings/meaning.ts";
import type { WantedSettings } from "../flow-settings/parse.ts";
import { Fault } from "../model/fault.ts";
import { FLOW_SETTINGS, type FlowSetting } from "../model/flow-settings.ts";
import { bindingOf, type Machine } from "../model/machine.ts";
import type { Plan, Step } from "../model/plan.ts";
import { flowSettingFile } from "../procfs/flow-settings.ts";

/** The plan that gives settings of flows their values. */
export function planFlowSettings(machine: Machine, wanted: WantedSettings): Plan {
  const words = [...wanted].map(([setting, value]) => `${setting}=${flowSettingWord(setting, value)}`);
  const steps = FLOW_SETTINGS.flatMap((setting) => stepsOf(machine, setting, wanted.get(setting)));
  return { title: `flows set ${words.join(" ")}`, steps, notes: [...lateNotes(steps), ...lostNotes(machine, wanted)] };
}

function stepsOf({ flows }: Machine, setting: FlowSetting, value: number | undefined): Step[] {
  if (value === undefined) return [];
  const before = flows[setting];
  if (before === undefined) throw notThere(setting, flows);
  if (before === value) return [];
  return [
    { change: { do: "set-flow-setting", setting, value }, undo: { do: "set-flow-setting", setting, value: before } },
  ];
}

function notThere(setting: FlowSetting, flows: Machine["flows"]): Fault {
  const file = flowSettingFile(setting);
  return FLOW_SETTINGS.every((one) => flows[one] === undefined)
    ? new Fault(
        "not-supported",
        `${file} is not there: nf_conntrack is not loaded`,
        "load it first: netlogctl module load nf_conntrack_netlink",
      )
    : new Fault(
        "not-supported",
        `${file} is not there: this kernel was built without it, or hides it from user namespaces`,
        "leave it out; on the host itself: netlogctl flows settings",
      );
}

/** What a flow carries is decided when it begins: nf_conntrack_core.c, init_conntrack. */
function lateNotes(steps: readonly Step[]): string[] {
  const isLate = steps.some(({ change }) => change.do === "set-flow-setting" && change.setting !== "log_invalid");
  return isLate ? ["it concerns flows that begin from now on: those that are tracked already go on as they began"] : [];
}

/** What conntrack calls invalid follows the binding of its family. */
function lostNotes(machine: Machine, wanted: WantedSettings): string[] {
  if ((wanted.get("log_invalid") ?? 0) === 0) return [];
  const unbound = (["ip", "ip6"] as const).filter((family) => bindingOf(machine, family)?.logger === null);
  if (unbound.length === 0) return [];
  const family = unbound.length === 2 ? "inet" : unbound[0];
  return [
    `no logger is bound for ${unbound.join(" and ")}: what conntrack calls invalid there is lost until one is: netlogctl default log ${family} kernel`,
  ];
}
