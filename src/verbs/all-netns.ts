import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import type { Plan } from "../core/model/plan.ts";
import { type ChangeOptions, changeMachine, type Outcome } from "./change-machine.ts";
import { ALL_NETNS_PATH, readNumber } from "./read-machine.ts";
import { INITIAL_NAMESPACE, readAllNetns } from "./read-surroundings.ts";

/** The switch that lets other namespaces than the initial one write to the kernel log. */
export interface AllNetns {
  /** Whether this namespace is the initial one, which alone has the switch. */
  readonly isHere: boolean;
  readonly path: string;
  /** 0 is off, any other number is on; null where it cannot be read from here. */
  readonly value: number | null;
}

/** Reads nf_log_all_netns: here, or in the first process's namespace if this one does not have it. */
export async function showAllNetns(host: Host): Promise<AllNetns> {
  const here = await readNumber(host, ALL_NETNS_PATH);
  const value = await readAllNetns(host, { allNetns: here });
  return { isHere: here !== undefined, path: ALL_NETNS_PATH, value: value ?? null };
}

/** Sets nf_log_all_netns. */
export function setAllNetns(host: Host, isAllowed: boolean, options: ChangeOptions): Promise<Outcome> {
  return changeMachine(host, options, (machine) => planAllNetns(machine, isAllowed));
}

function planAllNetns({ allNetns }: Machine, isAllowed: boolean): Plan {
  if (allNetns === undefined) {
    throw new Fault(
      "not-supported",
      "nf_log_all_netns exists in the initial network namespace only, and this is another one",
      `run it there: nsenter --net=${INITIAL_NAMESPACE} netlogctl netns ${isAllowed ? "allow" : "deny"}`,
    );
  }
  const isSo = isAllowed === (allNetns !== 0);
  const undo = { do: "set-all-netns", value: allNetns } as const;
  return {
    title: `netns ${isAllowed ? "allow" : "deny"}`,
    steps: isSo ? [] : [{ change: { do: "set-all-netns", value: isAllowed ? 1 : 0 }, undo }],
    notes: isAllowed
      ? [
          "lines from other namespaces do not say which one they come from, and whoever may make a user namespace can now write lines with any prefix into the kernel log",
        ]
      : [],
  };
}
