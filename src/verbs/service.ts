import { Fault } from "../core/model/fault.ts";
import { type Host, orUndefined, readText } from "../core/model/host.ts";
import type { Plan } from "../core/model/plan.ts";
import { fileStep } from "../core/plan/file-step.ts";
import { RESTORE_UNIT, RESTORE_UNIT_PATH, renderRestoreUnit } from "../core/service/restore-unit.ts";
import { type ChangeOptions, changeMachine, type Outcome } from "./change-machine.ts";
import { holds } from "./make-change.ts";

/** The systemd unit that runs `netlogctl restore` at boot. */
export function renderService(program: readonly string[]): { name: string; path: string; text: string } {
  return { name: RESTORE_UNIT, path: RESTORE_UNIT_PATH, text: renderRestoreUnit(program) };
}

/** Writes the unit and enables it; it does not start it. */
export async function installService(host: Host, program: readonly string[], options: ChangeOptions): Promise<Outcome> {
  if (host.netns !== undefined) {
    throw new Fault("usage", "a unit belongs to the machine, not to a namespace", "leave --netns out");
  }
  const { text } = renderService(program);
  return await changeMachine(host, options, async () => {
    const before = (await orUndefined(readText(host, RESTORE_UNIT_PATH), "ENOENT", "ENOTDIR")) ?? null;
    const isEnabled = before !== null && (await holds(host, { do: "enable-unit", unit: RESTORE_UNIT }));
    return { ...planInstall(before, text, isEnabled), notes: placeNotes(program) };
  });
}

function planInstall(before: string | null, text: string, isEnabled: boolean): Plan {
  const write = before === text ? [] : [fileStep(RESTORE_UNIT_PATH, before, text)];
  const enable = {
    change: { do: "enable-unit", unit: RESTORE_UNIT },
    undo: { do: "disable-unit", unit: RESTORE_UNIT },
  } as const;
  return { title: `install ${RESTORE_UNIT}`, steps: [...write, ...(isEnabled ? [] : [enable])], notes: [] };
}

/** A checkout is moved or removed more easily than an installed package. */
function placeNotes(program: readonly string[]): string[] {
  const place = program.find((word) => /^\/(tmp|var\/tmp|home|root)\//.test(word));
  if (place === undefined) return [];
  const why = /^\/(var\/)?tmp\//.test(place)
    ? "which the unit cannot see, and a boot empties"
    : "so it has to stay there";
  return [`the unit runs ${place}, ${why}`];
}
